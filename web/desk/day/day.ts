import { signal } from "@preact/signals";
import { serverNow } from "../../shared/clock";
import type { SessionRow } from "../../shared/protocol";
import { call, may, me, quietly } from "../account";

/** One's own day in figures, and the last sessions that one had a part in (B 11). */

export interface Day {
  taken: number;
  missed: number;
  talk_ms: number;
  wrap_up_ms: number;
  pause_ms: number;
  chats: number;
  calls: number;
}

export const today = signal<Day | null>(null);
export const last = signal<readonly SessionRow[] | null>(null);

export async function loadDay(): Promise<void> {
  const of = me.peek()?.id ?? "";
  const since = new Date(serverNow()).setHours(0, 0, 0, 0); // the day begins where the reader is
  const [d, s] = await Promise.all([
    may.peek().has("day.read")
      ? quietly(() => call<Day>("GET", `/me/day?since=${new Date(since).toISOString()}`))
      : undefined,
    quietly(() => call<{ sessions: SessionRow[] }>("GET", `/sessions?operator=${of}`)),
  ]);
  if (d) today.value = d;
  if (s) last.value = s.sessions;
}
