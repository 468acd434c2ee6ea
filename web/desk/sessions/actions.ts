import type { Entry, Session } from "../../shared/protocol";
import { attempt, call } from "../account";
import { takeSession } from "./sessions";

/** What is done with a session. Each is one request; what changes comes back as events, the session itself at once. */

/** A person or a group that a visitor is handed to. */
export type Target = { operator: string } | { group: string };

async function asked(what: () => Promise<Session>): Promise<Session | undefined> {
  const s = await attempt(what);
  if (s) takeSession(s);
  return s;
}

const at = (id: string) => `/sessions/${id}`;

export function endSession(id: string): Promise<Session | undefined> {
  return asked(() => call("POST", `${at(id)}/end`));
}

/** The OK that frees the place. */
export function closeSession(id: string, how: { result: string; note: string; mail: boolean }) {
  return asked(() => call("POST", `${at(id)}/close`, how));
}

export function redirectSession(id: string, to: Target & { result: string; note: string }) {
  return asked(() => call("POST", `${at(id)}/redirect`, to));
}

export async function redirectPlace(place: string, to: Target & { note: string }): Promise<boolean> {
  return (await attempt(() => call("POST", `/waiting/${place}/redirect`, to))) !== undefined;
}

export function renameVisitor(id: string, changed: { name: string; phone: string; email: string }) {
  return asked(() => call("PATCH", `${at(id)}/visitor`, changed));
}

/** The words come back by the journal. false: they were not stored. */
export async function writeNote(id: string, text: string): Promise<boolean> {
  return (await attempt(() => call<Entry>("POST", `${at(id)}/notes`, { text }))) !== undefined;
}

export async function addTag(id: string, tag: string): Promise<void> {
  await attempt(() => call("PUT", `${at(id)}/tags/${encodeURIComponent(tag)}`));
}

export async function removeTag(id: string, tag: string): Promise<void> {
  await attempt(() => call("DELETE", `${at(id)}/tags/${encodeURIComponent(tag)}`));
}

export async function ban(id: string, reason: string, until: string | null): Promise<boolean> {
  return (await attempt(() => call("POST", `${at(id)}/ban`, { reason, until }))) !== undefined;
}
