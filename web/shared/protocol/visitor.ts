import type { Entry, VisitorSession } from "./session";

/** What a visitor's page asks and is told. */

export type WayKind = "chat" | "callback" | "voice" | "invitation";

/** One way to us. One that a site does not have is not among them. */
export interface Way {
  kind: WayKind;
  state: "open" | "busy" | "closed";
  /** null: not known yet. */
  wait_ms: number | null;
  opens_at: string | null;
}

export type WidgetState = "online" | "busy" | "offline";
export type FieldRule = "hidden" | "optional" | "required";
export type FieldName = "name" | "phone" | "email";

/** What one site shows its visitors, and what they may do now. */
export interface WidgetInfo {
  id: string;
  company: string;
  language: string;
  languages: string[];
  position: "right" | "left";
  scheme: "auto" | "light" | "dark";
  theme: Record<string, { light: string; dark: string }>;
  greeting: Record<string, string>;
  state: WidgetState;
  channels: Way[];
  form: Record<FieldName, FieldRule>;
  consent: { ask: boolean };
  /** Operators see what is being written; the visitor is told so. */
  draft_preview: boolean;
  /** A page is known from its first moment, not only when somebody asks for something. */
  presence: boolean;
  /** A message that is left when nobody is there goes somewhere. */
  offline: boolean;
  proactive: { after_ms: number; path: string; text: Record<string, string> } | null;
  callback: { home: string; prefixes: string[]; caller: string };
  /** The demo has recorded voices for who has no microphone. */
  demo: boolean;
}

export interface PageSeen {
  url: string;
  title: string;
  referrer?: string;
}

/** What begins a session. The first text is kept whoever comes. */
export interface SessionWish {
  widget: string;
  kind: "chat" | "invitation";
  code: string;
  name: string;
  phone: string;
  email: string;
  language: string;
  text: string;
  message_id: string;
  page: PageSeen;
}

export interface VisitorHello {
  as: "visitor";
  widget: string;
  token: string;
  language: string;
  page: PageSeen;
  since: number;
}

export interface VisitorWelcome {
  now: string;
  visitor?: { name: string; phone: string; email: string };
  session?: VisitorSession | null;
}

/** What a visitor's page is told beside callbacks and talks. Two kinds have the desk's names and another shape. */
export type VisitorEvent = { seq: number; at: string } & (
  | { kind: "session.changed"; data: VisitorSession }
  | { kind: "entry.added"; data: { entry: Entry } }
  | { kind: "operator.typing"; data: { on: boolean } }
  | { kind: "widget.changed"; data: { state: WidgetState; channels: Way[] } }
);
