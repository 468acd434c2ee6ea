import type { Entry, Event, Operator, Session, VisitorInfo } from "../../shared/protocol";

/** Sessions and people for tests: what a test does not name is of no matter to it. */

export const at = "2026-11-20T14:02:10.000Z";

/** A moment so many seconds after the tests' own. */
export const later = (seconds: number) => new Date(Date.parse(at) + seconds * 1000).toISOString();

export const operator = (id: string): Operator => ({
  id,
  login: id,
  name: id,
  public_name: id,
  rank: "operator",
  phone: "101",
  robot: false,
  answer_on: "browser",
});

export const visitor = (more: Partial<VisitorInfo> = {}): VisitorInfo => ({
  id: "v",
  number: 4821,
  name: "",
  phone: "",
  email: "",
  here: true,
  page: null,
  browser: "",
  os: "",
  entry_url: "",
  referrer: "",
  language: "cs",
  parameters: [],
  sessions: 0,
  banned: false,
  ...more,
});

export const session = (id: string, more: Partial<Session> = {}): Session => ({
  id,
  kind: "chat",
  state: "active",
  outcome: "",
  queue: "Orders",
  widget: "",
  language: "cs",
  operator: { id: "anna", name: "Anna" },
  visitor: visitor(),
  place: "",
  call: "",
  requested_at: at,
  accepted_at: at,
  ended_at: null,
  closed_at: null,
  tags: [],
  result: "",
  note: "",
  redirected: null,
  left_at: null,
  unanswered_at: null,
  amber_ms: 60_000,
  red_ms: 180_000,
  last: null,
  seq: 0,
  ...more,
});

export const said = (n: number, from: "visitor" | "operator", text = "Hello"): Entry => ({
  n,
  at: later(n),
  kind: "chat.said",
  by: { role: from, id: "", name: "" },
  data: { id: `m${n}`, from, name: "", text },
});

let seq = 0;

/** A word of the server. */
export const event = (e: Pick<Event, "kind" | "data">) => ({ seq: ++seq, at, ...e }) as Event;
