import type { Event } from "../../shared/protocol";
import { attempt, call, quietly } from "../account";
import { own, takeOwn } from "./keys";
import type { Own } from "./map";

/** The operator's own keys, kept for the person by the server, and in this browser so that they hold from the first key on. */

export async function loadOwn(): Promise<void> {
  const got = await quietly(() => call<{ shortcuts: Record<string, string> }>("GET", "/me/personal"));
  if (got) takeOwn(got.shortcuts);
}

/** One word of the server: they were changed in another tab or on another computer. */
export function takeKeysEvent(e: Event): void {
  if (e.kind === "setting.changed" && e.data.kind === "personal") void loadOwn();
}

export async function saveOwn(next: Own): Promise<void> {
  const before = own.peek();
  takeOwn(next);
  const done = await attempt(() => call("PUT", "/me/shortcuts", { shortcuts: next }));
  if (!done) takeOwn(before);
}
