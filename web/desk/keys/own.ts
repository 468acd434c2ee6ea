import { attempt, call, may, quietly } from "../account";
import { own, takeOwn } from "./keys";
import type { Own } from "./map";

/** The operator's own keys, kept for the person by the server, and in this browser so that they hold from the first key on. */

export async function loadOwn(): Promise<void> {
  if (!may.peek().has("template.read")) return;
  const got = await quietly(() => call<{ shortcuts: Record<string, string> }>("GET", "/me/personal"));
  if (got) takeOwn(got.shortcuts);
}

export async function saveOwn(next: Own): Promise<void> {
  const before = own.peek();
  takeOwn(next);
  const done = await attempt(() => call("PUT", "/me/shortcuts", { shortcuts: next }));
  if (!done) takeOwn(before);
}
