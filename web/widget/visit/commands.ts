import type { OpenAt } from "../mount";

/** What the customer's page may ask of the widget, and be told by it: `sufler("open")`, `sufler("on", "message", f)`. */

export interface Told {
  open: undefined;
  close: undefined;
  /** A line of an operator, or of the house itself. */
  message: { from: "operator" | "system"; name: string; text: string };
  state: "online" | "busy" | "offline";
  ended: { reason: string };
}

export interface Who {
  name?: string;
  email?: string;
  phone?: string;
}

export interface Hands {
  open(at: OpenAt): void;
  close(): void;
  speak(language: string): void;
  parameters(all: Record<string, string>): void;
  identify(who: Who): void;
  /** Tells the page's developer. */
  warn(words: string): void;
}

type Listener = (data: unknown) => void;
const kinds: readonly (keyof Told)[] = ["open", "close", "message", "state", "ended"];
const doors: readonly OpenAt[] = ["", "chat", "callback", "voice", "code", "message"];

export class Commands {
  private readonly listeners = new Map<string, Listener[]>();

  constructor(private readonly hands: Hands) {}

  run(call: ArrayLike<unknown>): void {
    const [name, first, second] = Array.from(call);
    switch (name) {
      case "open":
        this.hands.open(doors.find((d) => d === first) ?? "");
        break;
      case "close":
        this.hands.close();
        break;
      case "language":
        this.hands.speak(String(first ?? ""));
        break;
      case "parameters":
        this.hands.parameters(texts(first));
        break;
      case "identify":
        this.hands.identify(whoOf(texts(first)));
        break;
      case "on":
        this.on(first, second);
        break;
      default:
        this.hands.warn(`there is no "${String(name)}": open, close, language, parameters, identify, on`);
    }
  }

  /** Tells the page. What its own code makes of it is no trouble of ours. */
  tell<K extends keyof Told>(kind: K, data: Told[K]): void {
    for (const listener of this.listeners.get(kind) ?? []) {
      try {
        listener(data);
      } catch (e) {
        this.hands.warn(`the page's listener for "${kind}" failed: ${String(e)}`);
      }
    }
  }

  private on(kind: unknown, listener: unknown): void {
    if (!kinds.some((k) => k === kind) || typeof listener !== "function") {
      this.hands.warn(`"on" takes one of ${kinds.join(", ")}, and a function`);
      return;
    }
    const all = this.listeners.get(String(kind)) ?? [];
    this.listeners.set(String(kind), [...all, listener as Listener]);
  }
}

/** The simple values of an object, as texts. */
function texts(given: unknown): Record<string, string> {
  const simple = ([, v]: [string, unknown]) => ["string", "number", "boolean"].includes(typeof v);
  const pairs = Object.entries(given ?? {}).filter(simple);
  return Object.fromEntries(pairs.map(([k, v]) => [k, String(v)]));
}

function whoOf(given: Record<string, string>): Who {
  const who: Who = {};
  for (const field of ["name", "email", "phone"] as const) {
    if (given[field] !== undefined) who[field] = given[field];
  }
  return who;
}
