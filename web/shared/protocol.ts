/** The words of api/protocol.md, the longer stories in protocol/. Times are RFC 3339 in UTC, durations milliseconds. */

import type { Flaw } from "./api.gen";
import type { Missed } from "./protocol/missed";
import type { Entry, Session, VisitorInfo } from "./protocol/session";
import type { VisitorHello } from "./protocol/visitor";

export * from "./protocol/missed";
export * from "./protocol/session";
export * from "./protocol/visitor";

export type Mode = "listen" | "whisper" | "barge";
export type Rank = "operator" | "supervisor" | "owner";
/** "busy" is chosen, or having no room for more; "wrap_up": only an OK is missing for that. */
export type Status = "offline" | "online" | "busy" | "pause" | "ringing" | "talking" | "wrap_up";
export type ChosenStatus = "online" | "busy" | "pause";
/** Where a person's calls ring. */
export type AnswerOn = "browser" | "phone" | "both";
/** What a party speaks by, "" before it is known. */
export type Device = "phone" | "browser" | "";
export type Role = "client" | "agent" | "supervisor";

export interface Operator {
  id: string;
  login: string;
  name: string;
  public_name: string;
  rank: Rank;
  phone: string;
  robot: boolean;
  answer_on: AnswerOn;
  /** The administrator's switch; who is not active cannot write to visitors. */
  active?: boolean;
  groups?: string[];
}

export interface Coded {
  code: string;
  params?: Record<string, string>;
}

/** Why somebody still waits: in one sentence, and of those who could take them where that says more. */
export interface Why extends Coded {
  /** Their params: count, who, since and, of one whose chats are full, chats. */
  details?: Coded[];
}

export interface Place {
  id: string;
  kind: "chat" | "voice" | "video" | "callback" | "phone" | "invitation";
  name: string;
  number: string;
  /** What the visitor is called by who has told no name; 0 for who is no visitor of a page. */
  visitor_number?: number;
  queue: string;
  language: string;
  since: string;
  /** In its queue. */
  place: number;
  /** What they are told of their wait: 60000 (or less), 120000, 300000, 600000 (or more). */
  wait_ms: number | null;
  why: Why | null;
  state: "waiting" | "offered" | "accepted";
  /** Empty when several are asked. */
  offered_to: string;
  /** Only they may take it. */
  for: { id: string; name: string } | null;
  session: string;
  callback: string;
}

export interface Offer {
  place: Place;
  ends_at: string;
}

export interface Member {
  id: string;
  name: string;
  rank: Rank;
  robot: boolean;
  phone: string;
  phone_registered: boolean;
  answer_on: AnswerOn;
  /** A page of theirs holds the sound. */
  sound: boolean;
  status: Status;
  since: string;
  chosen: ChosenStatus;
  /** Of a pause. */
  reason: string;
  /** The pause was not chosen: they did not answer offers. */
  unanswered: boolean;
  /** Open, with those that wait for OK. */
  chats: number;
  chat_limit: number;
  /** Of all that is open, how much waits for OK. */
  wrap_ups: number;
  wrap_up_since: string | null;
  queue: string;
  call: { id: string; with: string; number: string; since: string } | null;
  supervised_by: { id: string; name: string; mode: Mode; since: string } | null;
}

export type CallState = "waiting" | "ringing_agent" | "ringing_client" | "talking" | "ended";

export type PartyState = "away" | "dialling" | "ringing" | "early_media" | "on_line" | "lost" | "gone";

export interface Call {
  id: string;
  kind: "callback" | "phone" | "internal" | "web";
  state: CallState;
  queue: string;
  started_at: string;
  talked_at: string | null;
  ended_at: string | null;
  cause: string;
  client: { party: string; name: string; number: string; phone: string; by: Device; state: PartyState };
  agent: { party: string; id: string; name: string; phone: string; by: Device; state: PartyState } | null;
  /** Until then somebody who was lost may come back. */
  lost_until?: string | null;
  supervisor?: {
    party: string;
    id: string;
    name: string;
    phone: string;
    by: Device;
    mode: Mode;
    state: "ringing" | "talking";
    since: string;
  } | null;
  hears: { listener: string; speaker: string }[];
  recorded: boolean;
  comment: string;
}

export interface Guard {
  /** Frames that left for the client. */
  outside: number;
  /** Those with the prompter in them, under a grant (barge). */
  granted: number;
  /** Those without a grant: replaced by silence. */
  stopped: number;
}

export interface Meter {
  call: string;
  frame: number;
  levels: { party: string; dbfs: number; peak_dbfs: number }[];
  cells: { listener: string; speaker: string; frames: number }[];
  guard: Guard;
}

export interface RecordRow {
  call: string;
  kind: string;
  started_at: string;
  talked_ms: number;
  number: string;
  client_name: string;
  operator: string;
  queue: string;
  cause: string;
}

export type IntervalMode = "waiting" | "talk" | "away" | Mode;
export type FileName = "client.wav" | "training.wav";

export interface CallRecord {
  row: RecordRow;
  waited_ms: number;
  tracks: { party: string; role: Role; name: string; peaks: number[] }[];
  intervals: { mode: IntervalMode; from_ms: number; to_ms: number; by: string }[];
  guard: Guard;
  files: { name: FileName; bytes: number; may: boolean }[];
  comments: { by: string; text: string; changed_at: string }[];
  facts: { at: string; kind: string; by: string; data: unknown }[];
}

export type CallbackState = "waiting" | "agent_found" | "ringing" | "talking" | "away" | "ended";

export interface Callback {
  id: string;
  token?: string;
  state: CallbackState;
  reason: string;
  place: number;
  wait_ms: number | null;
  number: string;
  number_shown: string;
  /** The call broke off before anybody talked; the visitor is first again. */
  cut_off?: boolean;
  caller: string;
  queue: string;
  created_at: string;
  talked_at: string | null;
  ended_at: string | null;
}

export type TalkState = "waiting" | "agent_found" | "talking" | "away" | "ended";
export type TalkReason = "" | "talked" | "cancelled" | "nobody_free" | "lost" | "no_sound" | "failed";

/** A visitor's talk from the page itself. */
export interface Talk {
  id: string;
  token?: string;
  state: TalkState;
  reason: TalkReason;
  place: number;
  wait_ms: number | null;
  /** The operator was lost in the talk; the visitor is first now. */
  cut_off: boolean;
  queue: string;
  /** The leg that the page gives its sound to. */
  leg: string;
  /** The public name, once somebody talks. */
  operator: string;
  created_at: string;
  talked_at: string | null;
  ended_at: string | null;
}

export type LegState = "rings" | "connecting" | "on_line" | "lost" | "ended";

/** A page's sound as its server sees it. */
export interface Leg {
  id: string;
  call: string;
  state: LegState;
  from_name: string;
  from_number: string;
  /** The page answers by itself: its person has just asked for it. */
  expected: boolean;
  /** Nobody is to hear this person yet, so no microphone need be asked for. */
  quiet: boolean;
  since: string;
  cause: string;
}

/** What the server hears of a leg that checks its sound. */
export interface Measured {
  leg: string;
  dbfs: number;
  peak_dbfs: number;
  packets: number;
}

export interface Stage {
  call: Call | null;
  ears: { role: Role; name: string; phone: string }[];
  language: string;
  voice: string;
}

export interface Prompt {
  text: string;
  length_ms: number;
}

interface Envelope {
  seq: number;
  at: string;
  by?: string;
}

/** What the server tells, told apart by kind. */
export type Event = Envelope &
  (
    | { kind: "callback.changed"; data: Callback }
    | { kind: "setting.changed"; data: { kind: string } }
    | { kind: "talk.changed"; data: Talk }
    | { kind: "leg.changed"; data: Leg }
    | { kind: "sound.changed"; data: { here: boolean; held: boolean } }
    | { kind: "sound.measured"; data: Measured }
    | {
        kind: "desk.snapshot";
        data: { places: Place[]; people: Member[]; calls: Call[]; offers: Offer[]; sessions?: Session[] };
      }
    | { kind: "session.changed"; data: Session }
    | { kind: "session.left"; data: { id: string } }
    | { kind: "entry.added"; data: { session: string; entry: Entry } }
    | { kind: "draft.changed"; data: { session: string; text: string } }
    | { kind: "visitor.changed"; data: VisitorInfo }
    | { kind: "visitor.left"; data: { id: string } }
    | { kind: "missed.changed"; data: Missed }
    | { kind: "place.changed"; data: Place }
    | { kind: "place.left"; data: { id: string; reason: string } }
    | { kind: "offer.made"; data: Offer }
    | { kind: "offer.ended"; data: { place: string; reason: "taken" | "missed" | "skipped" | "gone"; who: string } }
    | { kind: "member.changed"; data: Member }
    | { kind: "call.changed"; data: Call }
    | { kind: "call.metered"; data: Meter }
    | { kind: "prompt.said"; data: Prompt }
    | { kind: "server.closing"; data: Record<string, never> }
  );

export type Hello =
  | { as: "desk"; token?: string; language: string }
  | { as: "visitor"; callback: string; token: string; language: string }
  | { as: "visitor"; talk: string; token: string; language: string }
  | VisitorHello
  | { as: "stage" };

export interface Welcome {
  now: string;
  me?: Operator;
  callback?: Callback;
  talk?: Talk;
}

/** A refusal in the reader's language (RFC 9457). */
export interface Problem {
  code: string;
  title: string;
  detail: string;
  params?: Record<string, string>;
  /** What is wrong with each of several values. */
  flaws?: Flaw[];
}
