import type { Line } from "../../shared/chat/chat";
import type { Entry } from "../../shared/protocol";

/** What the lines of a session tell beside its chat. */

export type Note = Extract<Entry, { kind: "note.written" }>;
export type Seen = Extract<Entry, { kind: "page.seen" }>;

const facts = (all: readonly Line[]) => all.flatMap((l) => (l.kind === "told" ? [l.entry] : []));

export function notesIn(all: readonly Line[]): readonly Note[] {
  return facts(all).filter((e): e is Note => e.kind === "note.written");
}

/** When a page was looked at: those from before the session are told with it. */
export const seenAt = (e: Seen) => e.data.at ?? e.at;

/** The pages of the visit, the newest first. A page that is only told again is one. */
export function pagesIn(all: readonly Line[]): readonly Seen[] {
  const seen = facts(all)
    .filter((e): e is Seen => e.kind === "page.seen")
    .sort((a, b) => seenAt(a).localeCompare(seenAt(b)));
  return seen.filter((e, i) => e.data.url !== seen[i - 1]?.data.url).reverse();
}
