import { callback, forget, takeUp } from "./callback";
import { button, type Mount, page, refreshInfo, settle, shown } from "./state";
import { putAway, takeUpTalk, talkRuns, talkShows, tellOwner } from "./talk/door";

/** The panel comes and goes; what runs in it goes on. */

/** Reads what the widget may offer, and takes up what was left running. */
export async function begin(at: Mount): Promise<void> {
  settle(at);
  await refreshInfo();
  tellOwner();
  await Promise.all([takeUp(), takeUpTalk()]);
}

export function show(): void {
  shown.value = true;
  if (talkShows.value) page.value = "talk";
  else if (callback.value) page.value = "request";
  else void refreshInfo();
}

let focusWanted = false;

/** Puts the panel away. The focus goes to what stays: the closed button, or the bar of a talk. */
export function hide(): void {
  focusWanted = talkRuns.value;
  shown.value = false;
  if (callback.value?.state === "ended") forget();
  putAway();
  button().focus();
}

/** For the bar that has just come: whether the focus is its own. */
export function takeFocus(): boolean {
  const wanted = focusWanted;
  focusWanted = false;
  return wanted;
}
