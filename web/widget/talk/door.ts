import { computed, signal } from "@preact/signals";
import { info, page, root } from "../state";
import { keptTalk } from "../store";

/** The way into the talk from what is loaded at once: the talk's own code comes when somebody reaches for it. */

type Room = typeof import("./main");

export const room = signal<Room | null>(null);
/** A talk is there that a closed panel must not hide. */
export const talkRuns = computed(() => room.value?.here.runs.value ?? false);
/** There is something of a talk to read: it runs, has ended, or could not begin. */
export const talkShows = computed(() => room.value !== null && room.value.here.scene.value !== "idle");

let coming: Promise<Room> | undefined;

export function bring(): Promise<Room> {
  coming ??= import("./main").then((r) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(r.sheet);
    root().adoptedStyleSheets = [...root().adoptedStyleSheets, sheet];
    room.value = r;
    return r;
  });
  return coming;
}

/** Whether this browser can talk from this page, and we take such talks. */
export function canTalk(): boolean {
  return info.value?.talk.enabled === true && isSecureContext && "RTCPeerConnection" in window;
}

/** A page without https never gets the microphone; its owner can help that, its visitor cannot. */
export function tellOwner(): void {
  if (info.value?.talk.enabled && !isSecureContext) {
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
