/** A session: everything between one visitor and us in one visit, and what stands in its journal. */

/** How somebody comes to us. */
export type Kind = "chat" | "voice" | "video" | "callback" | "phone" | "invitation";
export type SessionState = "requested" | "queued" | "active" | "wrap_up" | "closed";
export type Outcome = "" | "talked" | "abandoned" | "refused" | "banned" | "lost" | "nobody_free" | "failed";

export interface VisitorPage {
  url: string;
  title: string;
  at: string;
}

export interface Parameter {
  name: string;
  title: string;
  value: string;
}

/** A visitor as we know them. */
export interface VisitorInfo {
  id: string;
  /** What they are called by before they have told a name. */
  number: number;
  name: string;
  phone: string;
  email: string;
  /** A page of theirs has a connection. */
  here: boolean;
  page: VisitorPage | null;
  browser: string;
  os: string;
  entry_url: string;
  referrer: string;
  language: string;
  parameters: Parameter[];
  /** How many sessions there were before. */
  sessions: number;
  banned: boolean;
  here_since?: string | null;
}

export interface Session {
  id: string;
  kind: Kind;
  state: SessionState;
  outcome: Outcome;
  queue: string;
  widget: string;
  language: string;
  operator: { id: string; name: string } | null;
  visitor: VisitorInfo;
  place: string;
  call: string;
  requested_at: string;
  accepted_at: string | null;
  ended_at: string | null;
  closed_at: string | null;
  tags: string[];
  result: string;
  note: string;
  /** What the operator before has left for this one. */
  redirected: { from: string; note: string } | null;
  /** The visitor has no connection since. */
  left_at: string | null;
  /** The oldest message of the visitor that nobody has answered. */
  unanswered_at: string | null;
  /** How long after that the session is amber, and red. */
  amber_ms: number;
  red_ms: number;
  last: { n: number; at: string; from: Author; text: string } | null;
  seq: number;
}

export interface SessionRow {
  id: string;
  kind: Kind;
  state: SessionState;
  outcome: Outcome;
  queue: string;
  operator: string;
  visitor: { id: string; number: number; name: string; phone: string; email: string };
  requested_at: string;
  accepted_at: string | null;
  ended_at: string | null;
  tags: string[];
  result: string;
  note: string;
  call: string;
}

export type Author = "visitor" | "operator" | "system";

/** Who did what stands in an entry. A visitor reads a role and a public name only. */
export interface By {
  role: Author;
  id: string;
  name: string;
}

interface EntryHead {
  /** Its number in the stream of the reader. */
  n: number;
  at: string;
  by: By;
}

/** One fact of a session as its reader gets it, told apart by kind. */
export type Entry = EntryHead &
  (
    | { kind: "session.opened"; data: { kind: Kind; widget: string; queue: string; language: string } }
    | { kind: "session.accepted"; data: { name: string; description: string } }
    | { kind: "chat.said"; data: { id: string; from: Author; name: string; text: string } }
    | { kind: "chat.seen"; data: { by: "visitor" | "operator"; upto: number } }
    | { kind: "session.redirected"; data: { to: string } }
    | { kind: "redirect.noted"; data: { from: string; to: string; result: string; note: string } }
    | { kind: "session.returned"; data: Record<string, never> }
    | { kind: "session.ended"; data: { by: Author; reason: string } }
    | { kind: "session.closed"; data: { result: string; note: string; mailed: boolean } }
    | { kind: "note.written"; data: { id: string; text: string } }
    | { kind: "tag.added" | "tag.removed"; data: { tag: string } }
    | { kind: "visitor.changed"; data: { name: string; phone: string; email: string } }
    | { kind: "page.seen"; data: { url: string; title: string; at?: string } }
    | { kind: "parameter.set"; data: { name: string; value: string } }
    | { kind: "visitor.banned"; data: { reason: string } }
  );

/** A session as its visitor sees it. */
export interface VisitorSession {
  id: string;
  kind: Kind;
  state: "waiting" | "active" | "ended";
  place: number;
  wait_ms: number | null;
  queue: string;
  operator: { name: string; description: string } | null;
  reason: string;
  requested_at: string;
  accepted_at: string | null;
  ended_at: string | null;
  n: number;
}
