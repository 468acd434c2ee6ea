import { me } from "../account";
import { openSession } from "../sessions/open";
import type { Template } from "../words/words";

/** What a template becomes in a conversation. */

/** The text with the names that it asks for. A name that is not known leaves no gap before a comma or at the end. */
export function filled(text: string, names: { visitor: string; operator: string }): string {
  return text
    .replace(/ ?\{visitor\}/g, (found) => (names.visitor ? found.replace("{visitor}", names.visitor) : ""))
    .replaceAll("{operator}", names.operator);
}

export function textFor(one: Template): string {
  return filled(one.text, {
    visitor: openSession.peek()?.visitor.name ?? "",
    operator: me.peek()?.public_name ?? "",
  });
}

/** Lower case without diacritics: "Řeš" is found by "res". */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Those that hold what is looked for, in title, shortcut or text. */
export function matching(all: readonly Template[], looked: string): readonly Template[] {
  const what = folded(looked.trim().replace(/^#/, ""));
  return what === "" ? all : all.filter((t) => folded(`${t.title} ${t.shortcut} ${t.text}`).includes(what));
}

/** The word after # that stands before the caret, where it begins; null when none does. */
export function hashBefore(text: string, caret: number): { at: number; word: string } | null {
  const found = /(?:^|\s)#([\p{L}\p{N}_-]{0,40})$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const word = found[1] ?? "";
  return { at: caret - word.length - 1, word };
}

/** The templates whose shortcut begins so, the exact one first. */
export function shortcutsFor(all: readonly Template[], word: string): readonly Template[] {
  const what = folded(word);
  return all
    .filter((t) => t.shortcut !== "" && folded(t.shortcut).startsWith(what))
    .sort((a, b) => Number(folded(b.shortcut) === what) - Number(folded(a.shortcut) === what))
    .slice(0, 8);
}
