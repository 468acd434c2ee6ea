import { computed, signal } from "@preact/signals";
import { route } from "./route";

/** Which part of the desk is looked at. Only this file writes it. */

/** On a phone one column at a time. */
export type Pane = "waiting" | "mine" | "work";
/** What stands in the middle. Where there is room for three columns the chat always stands beside it. */
export type TabName = "chat" | "client" | "call" | "templates";

export const pane = signal<Pane>("waiting");
const wanted = signal<TabName>("client");

/** Room for three columns; room for two. */
export const wide = signal(true);
export const phone = signal(false);

/** The tab that is shown: a chat that stands beside leaves its place to the client. */
export const tab = computed<TabName>(() => (wide.value && wanted.value === "chat" ? "client" : wanted.value));

/** The chat of the open session is before the operator's eyes, as far as the page can know. */
export const chatShown = computed(
  () => route.value.page === "desk" && (wide.value || tab.value === "chat") && (!phone.value || pane.value === "work"),
);

export function show(next: TabName): void {
  wanted.value = next;
  pane.value = "work";
}

export function look(at: Pane): void {
  pane.value = at;
}

/** A session is opened: where the chat is a tab, that is what is wanted of it. */
export function showOpened(): void {
  if (!wide.peek()) wanted.value = "chat";
  pane.value = "work";
}

export function startLayout(): void {
  follow("(min-width: 1100px)", (yes) => {
    wide.value = yes;
  });
  follow("(max-width: 699px)", (yes) => {
    phone.value = yes;
  });
}

function follow(query: string, say: (yes: boolean) => void): void {
  const asked = matchMedia(query);
  asked.addEventListener("change", () => say(asked.matches));
  say(asked.matches);
}
