import type { Call, ChosenStatus, Mode } from "../shared/protocol";
import { go } from "./route";
import { attempt, call, me } from "./session";
import { people, takeCall } from "./state";

/** What people do at the desk. Each is one request; what changes comes back as events. */

export async function accept(place: string): Promise<void> {
  const made = await attempt(() => call<{ call: Call | null }>("POST", `/waiting/${place}/accept`));
  if (made?.call) takeCall(made.call); // null while it is being opened: then the event brings it
}

export async function skip(place: string): Promise<void> {
  await attempt(() => call("POST", `/waiting/${place}/skip`));
}

export async function hangUp(id: string): Promise<void> {
  await attempt(() => call("POST", `/calls/${id}/hangup`));
}

export async function setStatus(status: ChosenStatus): Promise<void> {
  await attempt(() => call("PUT", "/me/status", { status }));
}

/** Joins a call and opens its card; a refusal (taken, ended) says so in the server's words. */
export async function supervise(id: string, mode: Mode): Promise<void> {
  const joined = await attempt(() => call<{ call: Call | null }>("POST", `/calls/${id}/supervision`, { mode }), id);
  if (!joined) return;
  if (joined.call) takeCall(joined.call);
  go({ page: "card", call: id });
}

export async function changeMode(id: string, mode: Mode): Promise<void> {
  await attempt(() => call("PATCH", `/calls/${id}/supervision`, { mode }), id);
}

export async function disconnect(id: string): Promise<void> {
  await attempt(() => call("DELETE", `/calls/${id}/supervision`));
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
