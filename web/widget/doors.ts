import { openForm } from "./call/door";
import { conversation } from "./chat/here";
import { afterConsent } from "./consent";
import { bringMore, openPage } from "./more/door";
import type { OpenAt } from "./mount";
import { page, refusal, way } from "./state";
import { canTalk, talkHere } from "./talk/door";

/** From a row, or from the customer's page, into a way. */

export function openChat(): void {
  afterConsent(() => {
    page.value = "chat";
    bringMore();
  });
}

export const openCall = () => afterConsent(openForm);
export const openTalk = () => afterConsent(() => void talkHere());
export const openCode = () => afterConsent(() => openPage("code"));
/** A message is sent and nothing of it stays in this browser, so nobody is asked. */
export const openMessage = () => openPage("message");

let invited = false;

/** On the page that an invitation leads to: its code is entered once, and where there is none it is asked for. */
export function openInvitation(code: string): boolean {
  if (invited || conversation.scene.peek() !== "start" || conversation.coming.peek()) return false;
  invited = true;
  afterConsent(() => {
    page.value = "chat";
    if (code === "") openPage("code");
    else void conversation.enter(code).then((entered) => entered || openPage("code"));
  });
  return true;
}

/** Where the page wants the widget opened; what this site does not have is left aside. */
export function openAt(at: OpenAt): void {
  refusal.value = null;
  if (at === "chat" && way("chat")) openChat();
  if (at === "callback" && way("callback")) openCall();
  if (at === "voice" && way("voice") && canTalk()) openTalk();
  if (at === "code" && way("invitation")) openCode();
  if (at === "message") openMessage();
}
