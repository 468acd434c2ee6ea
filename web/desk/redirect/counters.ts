import { folded } from "../templates/fill";

/** Who can be redirected to, as GET /counters tells it. */

export interface Counters {
  /** Online, and can take another chat. */
  free: number;
  /** Can take neither a chat nor a call. */
  busy: number;
  paused: number;
  /** Waiting where operators see them. */
  queued: number;
  /** Waiting before that: no operator sees them yet. */
  prequeued: number;
}

export const counterNames = ["free", "busy", "paused", "queued", "prequeued"] as const;

export interface Person {
  id: string;
  name: string;
  status: string;
  counters: Counters;
  /** Why they cannot take it; "" when they can. */
  may?: string;
}

export interface Group {
  name: string;
  counters: Counters;
  people: Person[];
  may?: string;
}

/** The groups with those people whose name is looked for, in any spelling; a group whose own name is meant stays whole (M162). */
export function lookedFor(groups: readonly Group[], words: string): readonly Group[] {
  const what = folded(words.trim());
  if (what === "") return groups;
  return groups.flatMap((g) => {
    if (folded(g.name).includes(what)) return [g];
    const people = g.people.filter((p) => folded(p.name).includes(what));
    return people.length > 0 ? [{ ...g, people }] : [];
  });
}
