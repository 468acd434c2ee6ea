import { computed } from "@preact/signals";
import { Part } from "../part";
import { page } from "../state";
import { keptCallback } from "../store";

/** The way into the call back: its form, and what follows from it, come when somebody reaches for them. */
export const call = new Part(() => import("./part-call"));

export const bringCall = () => void call.bring();

export const callback = computed(() => call.here.value?.callback.value ?? null);
/** A request is under way. */
export const running = computed(() => call.here.value?.running.value ?? false);

export function openForm(): void {
  page.value = "form";
  bringCall();
}

/** Takes up a request that was left running. */
export async function takeUpCall(): Promise<void> {
  if (keptCallback.load()) await (await call.bring()).takeUp();
}

/** What has ended is forgotten when it is put away. */
export function putAwayCall(): void {
  if (callback.peek()?.state === "ended") call.here.peek()?.forget();
}
