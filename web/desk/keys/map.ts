/**
 * The desk's shortcuts as data. A binding is written by the places of its keys (KeyboardEvent.code), so that it is the
 * same key in every layout and an Option that prints characters on a Mac changes nothing: "Alt+KeyC", or two keys one
 * after the other, "KeyG KeyC", for where a browser or a system keeps the first for itself.
 */

export type Section = "general" | "session" | "chat" | "call" | "dialog";
export const sections: readonly Section[] = ["general", "session", "chat", "call", "dialog"];

export type Action =
  | "overview"
  | "menu"
  | "invite"
  | "previous"
  | "next"
  | "client"
  | "call"
  | "templates"
  | "ban"
  | "redirect"
  | "end"
  | "chat"
  | "pick"
  | "accept"
  | "mute";

/** What belongs to the focused field or dialog, or to the browser: it is told, and cannot be changed. */
export type Fixed = "send" | "line" | "leave" | "confirm" | "larger" | "smaller";

export interface Shortcut {
  action: Action | Fixed;
  section: Section;
  keys: string;
  /** The second way, "" for none. */
  second: string;
  fixed?: true;
}

const one = (section: Section, action: Action, keys: string, second = ""): Shortcut => ({
  section,
  action,
  keys,
  second,
});
const fixed = (section: Section, action: Fixed, keys: string): Shortcut => ({
  section,
  action,
  keys,
  second: "",
  fixed: true,
});

/** Alt 3 and Alt 5 are kept free for Sharing and Browser. */
export const shortcuts: readonly Shortcut[] = [
  one("general", "overview", "Alt+Slash", "KeyG Slash"),
  one("general", "menu", "Alt+KeyM", "KeyG KeyM"),
  one("general", "invite", "Alt+KeyI", "KeyG KeyI"),
  one("general", "previous", "Alt+KeyF", "KeyG KeyF"),
  one("general", "next", "Alt+KeyJ", "KeyG KeyJ"),
  one("session", "client", "Alt+Digit1", "KeyG Digit1"),
  one("session", "call", "Alt+Digit2", "KeyG Digit2"),
  one("session", "templates", "Alt+Digit4", "KeyG Digit4"),
  one("session", "ban", "Alt+KeyB", "KeyG KeyB"),
  one("session", "redirect", "Alt+KeyR", "KeyG KeyR"),
  one("session", "end", "Alt+KeyE", "KeyG KeyE"),
  one("chat", "chat", "Alt+KeyC", "KeyG KeyC"),
  one("chat", "pick", "Alt+KeyX", "KeyG KeyX"),
  fixed("chat", "send", "Enter"),
  fixed("chat", "line", "Shift+Enter"),
  one("call", "accept", "KeyA"),
  one("call", "mute", "KeyM"),
  fixed("dialog", "leave", "Escape"),
  fixed("dialog", "confirm", "Enter"),
  fixed("dialog", "larger", "Ctrl+Equal"),
  fixed("dialog", "smaller", "Ctrl+Minus"),
];

/** What somebody has changed: by action, the second way by "action.second"; "" is off. */
export type Own = Readonly<Record<string, string>>;

export interface Bound {
  shortcut: Shortcut;
  keys: string;
  second: string;
}

export function bindings(own: Own): readonly Bound[] {
  return shortcuts.map((s) => ({
    shortcut: s,
    keys: s.fixed ? s.keys : (own[s.action] ?? s.keys),
    second: s.fixed ? "" : (own[`${s.action}.second`] ?? s.second),
  }));
}

/** A key press as a binding is written. */
export function chord(e: Pick<KeyboardEvent, "code" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey">): string {
  if (e.metaKey) return "";
  return `${e.ctrlKey ? "Ctrl+" : ""}${e.altKey ? "Alt+" : ""}${e.shiftKey ? "Shift+" : ""}${e.code}`;
}

/** Bare keys are for who is not typing. */
export const isBare = (keys: string) => !/^(Ctrl|Alt)\+/.test(keys);

/** What can be bound at all: one key with what is held beside it, or two bare keys one after the other. */
const possible =
  /^(?:(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?(?:Key[A-Z]|Digit[0-9]|F(?:[1-9]|1[0-2])|Slash|Comma|Period|Arrow(?:Up|Down|Left|Right))|Key[A-Z] (?:Key[A-Z]|Digit[0-9]|Slash))$/;

/** What a browser never gives to a page, or what people would miss. */
const browsers =
  /^(?:Ctrl\+(?:Shift\+)?Key[CFLNPRTVWXZ]|F5|F1[12]|Alt\+F4|Alt\+Arrow(?:Left|Right)|Ctrl\+Digit[0-9]|Enter|Escape|Space)$/;

export type Fault = "" | "impossible" | "browsers" | { taken: Action | Fixed };

/** Why keys cannot be given to something, "" when they can. */
export function faultOf(keys: string, action: Action, which: "keys" | "second", own: Own): Fault {
  if (keys === "") return "";
  if (browsers.test(keys)) return "browsers";
  if (!possible.test(keys)) return "impossible";
  for (const b of bindings(own)) {
    for (const [slot, taken] of [
      ["keys", b.keys],
      ["second", b.second],
    ] as const) {
      const itself = b.shortcut.action === action && slot === which;
      if (!itself && taken !== "" && clash(keys, taken)) return { taken: b.shortcut.action };
    }
  }
  return "";
}

/** A key that begins a pair cannot also stand alone. */
function clash(a: string, b: string): boolean {
  const [first, other] = [a.split(" "), b.split(" ")];
  return first.length === other.length ? a === b : first[0] === other[0];
}

export type System = "mac" | "windows" | "linux";

export function systemOf(platform: string): System {
  return /mac|iphone|ipad/i.test(platform) ? "mac" : /win/i.test(platform) ? "windows" : "linux";
}

/** Where keys may meet something of the system's own before the page has them. */
export function doubtful(keys: string, system: System, firefox: boolean): boolean {
  if (system === "mac") return /^Ctrl\+Arrow/.test(keys);
  if (firefox && system === "linux") return /^Alt\+(Digit|Key[FEVSBTH]$)/.test(keys);
  return system === "linux" && /^Ctrl\+Alt\+/.test(keys);
}

const named: Record<string, string> = {
  Slash: "/",
  Comma: ",",
  Period: ".",
  Equal: "+",
  Minus: "−",
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};
const macs: Record<string, string> = { Alt: "⌥", Shift: "⇧", Ctrl: "⌃" };

/** The keys as their reader's keyboard names them, one by one. */
export function keyNames(keys: string, system: System): string[] {
  return keys
    .split(/[+ ]/)
    .filter((k) => k !== "")
    .map((k) => (system === "mac" ? macs[k] : undefined) ?? named[k] ?? k.replace(/^(Key|Digit)/, ""));
}
