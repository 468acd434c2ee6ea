import type { AnswerOn, Call, ChosenStatus, Session } from "../shared/protocol";
import { attempt, call, me } from "./account";
import { finishWhenOver } from "./finish/own";
import { choose } from "./sessions/open";
import { sessionOfCall, takeSession } from "./sessions/sessions";
import { people, takeCall } from "./state";

/** What people do at the desk. Each is one request; what changes comes back as events. */

export async function accept(place: string): Promise<void> {
  const made = await attempt(() =>
    call<{ call: Call | null; session: Session | null }>("POST", `/waiting/${place}/accept`),
  );
  if (made?.call) takeCall(made.call); // null while it is being opened: then the event brings it
  if (!made?.session) return;
  takeSession(made.session);
  choose(made.session.id);
}

export async function skip(place: string): Promise<void> {
  await attempt(() => call("POST", `/waiting/${place}/skip`));
}

/** Ends the sound. A session that ends with it asks for its result: it was one's own click. */
export async function hangUp(id: string): Promise<void> {
  const s = sessionOfCall(id);
  if (s) finishWhenOver(s.id);
  await attempt(() => call("POST", `/calls/${id}/hangup`));
}

export async function setStatus(status: ChosenStatus, reason = ""): Promise<void> {
  await attempt(() => call("PUT", "/me/status", { status, reason }));
}

export async function answerOn(where: AnswerOn): Promise<void> {
  await attempt(() => call("PUT", "/me/answer_on", { answer_on: where }));
}

export async function saveComment(id: string, text: string): Promise<string> {
  const saved = await call<{ saved_at: string }>("PUT", `/calls/${id}/comment`, { text });
  return saved.saved_at;
}

/** The call of this person now, if it is another than the one given. */
export function nextCallOf(person: string, not: string): string | undefined {
  const found = people.value.find((p) => p.id === person)?.call?.id;
  return found === not ? undefined : found;
}

export function isMe(id: string | undefined): boolean {
  return id !== undefined && id === me.value?.id;
}
