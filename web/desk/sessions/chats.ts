import { computed, effect, signal, untracked } from "@preact/signals";
import { Chat, type Kept } from "../../shared/chat/chat";
import { serverNow } from "../../shared/clock";
import type { Event } from "../../shared/protocol";
import { me } from "../account";
import { ask, say } from "../server";
import { sessions } from "./sessions";

/** One conversation for each of one's own sessions, from its acceptance to its OK. Only this file makes and ends them. */

const chats = signal<ReadonlyMap<string, Chat>>(new Map());

/** How many messages of each session nobody has seen. */
export const unread = computed<ReadonlyMap<string, number>>(
  () => new Map([...chats.value].map(([id, c]) => [id, c.unread.value])),
);

export const unreadTotal = computed(() => [...unread.value.values()].reduce((a, b) => a + b, 0));

export function chatOf(session: string): Chat | undefined {
  return chats.value.get(session);
}

/** Keeps the conversations with the sessions. What is written and not sent outlives a reload of the tab. */
export function startChats(): void {
  effect(() => {
    const mine = me.value?.id;
    const ids = sessions.value.filter((s) => s.operator?.id === mine).map((s) => s.id);
    untracked(() => keepOnly(ids));
  });
}

function keepOnly(ids: readonly string[]): void {
  const before = chats.peek();
  if (ids.length === before.size && ids.every((id) => before.has(id))) return;
  for (const [id, c] of before) if (!ids.includes(id)) end(id, c);
  chats.value = new Map(ids.map((id) => [id, before.get(id) ?? begin(id)]));
}

function begin(session: string): Chat {
  return new Chat("operator", {
    say: (id, text) => ask<{ n: number }>("chat.say", { session, id, text }),
    seen: (n) => say("chat.seen", { session, n }),
    load: () => load(session),
    keep: (k) => keep(session, k),
    name: () => nameOf(crypto.getRandomValues(new Uint8Array(16))),
    now: () => new Date(serverNow()).toISOString(),
  });
}

function end(session: string, c: Chat): void {
  c.reset();
  c.write("");
  sessionStorage.removeItem(place(session));
}

/** Hexadecimal: crypto.randomUUID is missing where a page came by http from another machine. */
const nameOf = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

const place = (session: string) => `sufler.chat.${session}`;

function load(session: string): Kept {
  const kept = sessionStorage.getItem(place(session));
  return kept ? (JSON.parse(kept) as Kept) : { draft: "", unsent: [] };
}

function keep(session: string, k: Kept): void {
  if (k.draft === "" && k.unsent.length === 0) sessionStorage.removeItem(place(session));
  else sessionStorage.setItem(place(session), JSON.stringify(k));
}

/** The line is gone: what comes after it may have gaps before it. */
export function loseChats(): void {
  for (const c of chats.peek().values()) c.lost();
}

/** One word of the server, in order. What comes before the session itself is asked for when it is opened. */
export function takeChatEvent(e: Event): void {
  if (e.kind === "entry.added") chats.peek().get(e.data.session)?.take(e.data.entry);
}
