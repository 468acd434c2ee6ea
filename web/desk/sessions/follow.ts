import { effect, untracked } from "@preact/signals";
import type { Entry, Session } from "../../shared/protocol";
import { Refusal } from "../../shared/request";
import { ask, welcomed } from "../server";
import { chatOf, loseChats } from "./chats";
import { own, takeSession } from "./sessions";

/**
 * Has every session of one's own opened on the line once after each welcome: what was missed while the line was lost
 * comes with it, what happens from then on is told. One is asked for at a time, so that ten of them do not crowd out
 * what the operator says meanwhile.
 */

/** In which welcome each session was asked for. */
const asked = new Map<string, number>();
let asking = false;

export function startFollowing(): void {
  effect(() => {
    const now = welcomed.value;
    const all = own.value;
    untracked(() => {
      if (now === 0) loseChats();
      else void openNext(all, now);
    });
  });
}

async function openNext(all: readonly Session[], now: number): Promise<void> {
  const left = new Set(all.map((s) => s.id));
  for (const id of asked.keys()) if (!left.has(id)) asked.delete(id);
  const next = all.find((s) => asked.get(s.id) !== now);
  if (!next || asking) return;
  asking = true;
  await openOne(next.id, now);
  asking = false;
  const then = welcomed.peek();
  if (then > 0) await openNext(own.peek(), then);
}

/** A refusal is no trouble: the line was lost and comes again, or the session has just gone to somebody else. */
async function openOne(session: string, now: number): Promise<void> {
  asked.set(session, now);
  try {
    const since = chatOf(session)?.since ?? 0;
    const got = await ask<{ session: Session; entries: Entry[] }>("session.open", { session, since });
    if (welcomed.peek() !== now) return; // of a line that is gone
    takeSession(got.session);
    chatOf(session)?.welcome(got.entries);
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
  }
}
