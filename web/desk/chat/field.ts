import { show } from "../layout";
import { chatOf } from "../sessions/chats";
import { openSession } from "../sessions/open";
import { type Format, format, inserted, type Selected } from "./format";

/** The one field in which a message is written, for all that puts something into it. */

let field: HTMLTextAreaElement | null = null;

export function isField(el: HTMLTextAreaElement | null): void {
  field = el;
}

/** Goes to the field; false: nothing is open in which one could write. */
export function focusField(): boolean {
  if (!openSession.peek()) return false;
  show("chat");
  // Where the chat is a tab it is drawn first.
  requestAnimationFrame(() => field?.focus());
  return true;
}

/** Changes the open chat's text, and goes on with what is selected then. */
export function change(how: (s: Selected) => Selected): void {
  const chat = chatOf(openSession.peek()?.id ?? "");
  if (!chat) return;
  const text = chat.draft.peek();
  const end = text.length;
  const now = how({ text, from: field?.selectionStart ?? end, to: field?.selectionEnd ?? end });
  chat.write(now.text.slice(0, mostLetters));
  show("chat");
  field?.focus(); // at once, so that the next key is the field's; again when it is drawn
  requestAnimationFrame(() => {
    field?.focus();
    field?.setSelectionRange(now.from, now.to);
  });
}

/** How long a message may be. */
export const mostLetters = 4000;

/** Puts words where the caret is. */
export function insert(words: string): void {
  change((s) => inserted(s, words));
}

/** An emoji stands where the caret is, with no blank of ours. */
export function insertBare(words: string): void {
  change((s) => ({
    text: s.text.slice(0, s.from) + words + s.text.slice(s.to),
    from: s.from + words.length,
    to: s.from + words.length,
  }));
}

export function formatField(how: Format): void {
  change((s) => format(s, how));
}
