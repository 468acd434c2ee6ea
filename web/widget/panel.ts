import { effect } from "@preact/signals";
import { enter, leave, onBack } from "./back";
import { callback, putAwayCall, takeUpCall } from "./call/door";
import { attachChat, conversation } from "./chat/here";
import { readConsent } from "./consent";
import { openAt, openInvitation } from "./doors";
import { bringMore } from "./more/door";
import type { Mount, OpenAt } from "./mount";
import { readPage } from "./person";
import { button, here, info, page, refreshInfo, settle, shown } from "./state";
import { keptChat, keptOpen } from "./store";
import { putAway, takeUpTalk, talkRuns, talkShows, tellOwner } from "./talk/door";
import { attach, begin as beginVisit, tell } from "./visit/main";

/** The panel comes and goes; what runs in it goes on. */

/** Reads what the widget may offer, and takes up what was left running. */
export async function begin(at: Mount, respeak: () => void): Promise<void> {
  settle(at);
  info.value = await at.info;
  readConsent();
  await beginVisit(at);
  readPage();
  attach({ close: hide, language: respeak, identify: readPage });
  tellOwner();
  attachChat();
  onBack(() => {
    if (shown.peek()) hide();
  });
  // A conversation that begins, here or in another tab, is shown where nothing else is being done.
  effect(() => {
    if (conversation.runs.value && page.peek() === "rows") page.value = "chat";
    if (conversation.runs.value) bringMore();
  });
  await Promise.all([takeUpCall(), takeUpTalk()]);
  if (keptOpen.load() !== null && !talkRuns.peek()) show();
}

export function show(at: OpenAt = ""): void {
  if (!shown.peek()) tell("open", undefined);
  shown.value = true;
  keptOpen.keep("yes");
  enter();
  const code = here().data.invitation;
  if (code !== undefined && openInvitation(code)) return;
  if (at !== "") openAt(at);
  else if (talkShows.peek()) page.value = "talk";
  else if (conversation.scene.peek() !== "start" || keptChat.load() !== null) page.value = "chat";
  else if (callback.peek()) page.value = "request";
  else void refreshInfo();
}

let focusWanted = false;

/** Puts the panel away. The focus goes to what stays: the closed button, or the bar of a talk. */
export function hide(): void {
  if (!shown.peek()) return;
  focusWanted = talkRuns.peek();
  shown.value = false;
  keptOpen.keep(null);
  leave();
  putAwayCall();
  putAway();
  if (conversation.scene.peek() === "ended") conversation.again();
  if (page.peek() !== "talk" && page.peek() !== "request") page.value = "rows";
  button().focus();
  tell("close", undefined);
}

/** For the bar that has just come: whether the focus is its own. */
export function takeFocus(): boolean {
  const wanted = focusWanted;
  focusWanted = false;
  return wanted;
}
