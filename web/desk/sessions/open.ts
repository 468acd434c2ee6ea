import { computed, effect, signal } from "@preact/signals";
import type { Call, Session } from "../../shared/protocol";
import { showOpened } from "../layout";
import { callByID, mine } from "../state";
import { unread } from "./chats";
import { own, sessionOfCall } from "./sessions";

/** Which of one's own sessions is worked on. It is remembered for the tab, so that a reload changes nothing. */

const key = "sufler.open";
const wanted = signal(typeof sessionStorage === "undefined" ? "" : (sessionStorage.getItem(key) ?? ""));

const isUnread = (s: Session) => s.state === "active" && (unread.value.get(s.id) ?? 0) > 0;
const isFinished = (s: Session) => s.state === "wrap_up";

/** One's own in the order of the list: those with something unread first, those that only wait for their OK last. */
export const listed = computed(() =>
  [...own.value].sort(
    (a, b) =>
      Number(isUnread(b)) - Number(isUnread(a)) ||
      Number(isFinished(a)) - Number(isFinished(b)) ||
      (a.accepted_at ?? "").localeCompare(b.accepted_at ?? ""),
  ),
);

/** A call that belongs to no session, as one between colleagues. */
export const lonelyCall = computed<Call | undefined>(() => {
  const c = mine.value;
  return c && !sessionOfCall(c.id) ? c : undefined;
});

/** The session that is open: the chosen one, else the first of one's own. */
export const openSession = computed<Session | undefined>(() => {
  if (lonelyCall.value?.id === wanted.value) return undefined;
  return own.value.find((s) => s.id === wanted.value) ?? listed.value[0];
});

/** The call that belongs to what is open. */
export const openCall = computed<Call | undefined>(() => {
  const s = openSession.value;
  return s ? callByID(s.call) : lonelyCall.value;
});

export function choose(id: string): void {
  wanted.value = id;
  showOpened();
}

/** The next one of one's own by the time of acceptance, or the one before: an order that no message turns round. */
export function step(by: 1 | -1): boolean {
  const all = [...own.peek()].sort((a, b) => (a.accepted_at ?? "").localeCompare(b.accepted_at ?? ""));
  if (all.length === 0) return false;
  const at = all.findIndex((s) => s.id === openSession.peek()?.id);
  const next = all[(at + by + all.length) % all.length];
  if (next) choose(next.id);
  return true;
}

/** What was only the first of the list stays open when another comes before it. */
export function startChoosing(): void {
  effect(() => {
    const id = openSession.value?.id ?? "";
    if (id === "") return;
    sessionStorage.setItem(key, id);
    wanted.value = id;
  });
}
