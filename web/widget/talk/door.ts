import { computed } from "@preact/signals";
import { Part } from "../part";
import { page, way } from "../state";
import { keptTalk } from "../store";

/** The way into the talk from what is loaded at once: the talk's own code comes when somebody reaches for it. */

const part = new Part(() => import("./part-talk"));

export const room = part.here;
export const bring = () => part.bring();

/** A talk is there that a closed panel must not hide. */
export const talkRuns = computed(() => room.value?.here.runs.value ?? false);
/** There is something of a talk to read: it runs, has ended, or could not begin. */
export const talkShows = computed(() => room.value !== null && room.value.here.scene.value !== "idle");

/** Whether this browser can talk from this page, and we take such talks. */
export function canTalk(): boolean {
  return way("voice") !== undefined && isSecureContext && "RTCPeerConnection" in window;
}

/** A page without https never gets the microphone; its owner can help that, its visitor cannot. */
export function tellOwner(): void {
  if (way("voice") && !isSecureContext) {
    console.warn("sufler: visitors can talk from this page only over https; the row is not shown");
  }
}

/** From a click on the row. */
export async function talkHere(): Promise<void> {
  page.value = "talk";
  (await bring()).begin();
}

export async function takeUpTalk(): Promise<void> {
  const kept = keptTalk.load();
  if (!kept || !canTalk()) return;
  (await bring()).resume(kept);
}

/** What has ended is forgotten when it is put away. */
export function putAway(): void {
  if (talkShows.value && !talkRuns.value) {
    room.value?.here.reset();
    page.value = "rows";
  }
}
