import { callback, forget, takeUp } from "./callback";
import { button, type Mount, page, refreshInfo, settle, shown } from "./state";

/** The panel comes and goes; what runs in it goes on. */

/** Reads what the widget may offer, and takes up what was left running. */
export async function begin(at: Mount): Promise<void> {
  settle(at);
  await refreshInfo();
  await takeUp();
}

export function show(): void {
  shown.value = true;
  if (callback.value) page.value = "request";
  else void refreshInfo();
}

export function hide(): void {
  shown.value = false;
  if (callback.value?.state === "ended") forget();
  button().focus();
}
