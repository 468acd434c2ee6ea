import { computed, signal } from "@preact/signals";
import { type Action, bindings, chord, isBare, type Own } from "./map";

/** Takes the keys that the desk handles, and only those: what nobody here handles stays the browser's. */

const kept = "sufler.keys";

/** What the operator has changed. */
export const own = signal<Own>(read());
export const bound = computed(() => bindings(own.value));

type Handler = () => boolean;
const handlers = new Map<Action, Handler[]>();
/** The first key of a pair, while the second is waited for. */
let first = "";
let firstAt = 0;
const pairMs = 1500;

function read(): Own {
  const text = typeof localStorage === "undefined" ? null : localStorage.getItem(kept);
  return text ? (JSON.parse(text) as Own) : {};
}

export function takeOwn(next: Own): void {
  own.value = next;
  localStorage.setItem(kept, JSON.stringify(next));
}

/** Has an action handled until the returned function is called. A handler that answers false leaves the key to the next one. */
export function handle(action: Action, what: Handler): () => void {
  handlers.set(action, [...(handlers.get(action) ?? []), what]);
  return () => {
    const left = (handlers.get(action) ?? []).filter((h) => h !== what);
    if (left.length > 0) handlers.set(action, left);
    else handlers.delete(action);
  };
}

export const isHandled = (action: string) => handlers.has(action as Action);

export function startKeys(): void {
  addEventListener("keydown", take);
}

function take(e: KeyboardEvent): void {
  if (e.defaultPrevented || e.isComposing || e.repeat || document.querySelector("dialog[open]:modal")) return;
  const action = actionOf(e);
  if (action === undefined) return;
  if (handlers.get(action)?.some((h) => h())) e.preventDefault();
}

/** The action that a key press completes. */
export function actionOf(e: KeyboardEvent): Action | undefined {
  const keys = chord(e);
  if (isBare(keys) && isTyping(e.target)) return undefined;
  const pair = first !== "" && e.timeStamp - firstAt < pairMs ? `${first} ${keys}` : "";
  first = "";
  const found = pair === "" ? undefined : findBound(pair);
  if (found) return found;
  if (begins(keys)) {
    first = keys;
    firstAt = e.timeStamp;
  }
  return findBound(keys);
}

function findBound(keys: string): Action | undefined {
  const one = bound.peek().find((b) => !b.shortcut.fixed && (b.keys === keys || b.second === keys));
  return one && handlers.has(one.shortcut.action as Action) ? (one.shortcut.action as Action) : undefined;
}

const begins = (keys: string) =>
  bound.peek().some((b) => b.keys.startsWith(`${keys} `) || b.second.startsWith(`${keys} `));

/** A place where bare keys are letters. */
export function isTyping(target: EventTarget | null): boolean {
  const el = target as Partial<Element> | null; // the window has no closest
  return (el?.closest?.("input, textarea, select, [contenteditable], [popover]") ?? null) !== null;
}
