import { signal } from "@preact/signals";
import type { Event, Missed } from "../../shared/protocol";
import { attempt, call, may, quietly } from "../account";

/** Who came in vain and is still to be seen to. Only this file writes it. */

export const missed = signal<readonly Missed[]>([]);

export async function loadMissed(): Promise<void> {
  if (!may.peek().has("missed.read")) return;
  const got = await quietly(() => call<{ missed: Missed[] }>("GET", "/missed"));
  if (got) missed.value = got.missed.filter((m) => m.done_at === null);
}

/** Somebody has seen to it: it goes from the list of everybody. */
export async function done(id: string): Promise<void> {
  if (await attempt(() => call("POST", `/missed/${id}/done`))) remove(id);
}

function remove(id: string): void {
  missed.value = missed.value.filter((m) => m.id !== id);
}

export function takeMissedEvent(e: Event): void {
  if (e.kind !== "missed.changed") return;
  const m = e.data;
  if (m.done_at !== null) remove(m.id);
  else missed.value = [m, ...missed.value.filter((x) => x.id !== m.id)].sort((a, b) => b.at.localeCompare(a.at));
}
