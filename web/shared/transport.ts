import type { Event, Hello, Problem, Welcome } from "./protocol";
import { Refusal } from "./request";

/**
 * The one line of a page to the server (api/protocol.md): connect, hello, events
 * in order, questions with answers, and again after 0.5 to 8 s when it breaks. It
 * is a WebSocket, or plain requests where none comes through. It knows no page and
 * keeps no state of calls; who uses it replaces what it has after each welcome.
 */

/** What of a WebSocket is used here; a test gives one by script. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((e: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

/** Time as a page knows it; a test gives its own. */
export interface Timers {
  after(ms: number, then: () => void): unknown;
  cancel(handle: unknown): void;
  /** 0 to 1. */
  random(): number;
}

export interface Ears {
  welcome(w: Welcome): void;
  event(e: Event): void;
  /** The hello was refused: coming again would not help. */
  refused(p: Problem): void;
  /** true: open and welcomed; false: lost, coming again by itself. */
  link(up: boolean): void;
}

interface Answer {
  id: number;
  ok?: unknown;
  error?: Problem;
}

/** Who waits for an answer. */
interface Question {
  answered(ok: unknown): void;
  refused(r: Refusal): void;
  limit: unknown;
}

const shortest = 500;
const longest = 8000;
/** A line that leaves a question without an answer for so long is taken for broken: networks go without a word. */
const patience = 5000;

/** So long it may take from the beginning of a line to its welcome. */
const welcomeLimit = 10_000;
/** So many WebSockets in a row that were never welcomed mean that none comes through. */
const enough = 2;
/** After so long on plain requests it is tried whether a WebSocket comes through now; then after twice as long. */
const probeFirst = 5 * 60_000;
const probeLast = 60 * 60_000;

const unreachable = () => new Refusal(0, { code: "unreachable", title: "", detail: "" });

export const browserTimers: Timers = {
  after: (ms, then) => setTimeout(then, ms),
  cancel: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
  random: Math.random,
};

export class Transport {
  private socket: Socket | undefined;
  private tries = 0;
  private nextID = 0;
  private helloID = 0;
  private welcomed = false;
  private lastSeq = 0;
  private stopped = false;
  private waiting: unknown;
  private came = false; // this line was welcomed
  private failed = 0; // WebSockets in a row that were never welcomed
  private plain = false; // this line is one of plain requests
  private limit: unknown;
  private probing: unknown;
  private probe: Socket | undefined;
  private probeAfter = probeFirst;
  private readonly asked = new Map<number, Question>();

  constructor(
    private readonly open: (plain: boolean) => Socket,
    private readonly hello: () => Hello,
    private readonly ears: Ears,
    private readonly timers: Timers = browserTimers,
  ) {}

  start(): void {
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.timers.cancel(this.waiting);
    this.drop();
  }

  /** Comes again at once where a pause is being waited for: the network is back. */
  hurry(): void {
    if (this.stopped || this.socket) return;
    this.timers.cancel(this.waiting);
    this.connect();
  }

  private connect(): void {
    this.plain = this.failed >= enough;
    const socket = this.open(this.plain);
    this.socket = socket;
    this.lastSeq = 0;
    this.welcomed = this.came = false;
    this.limit = this.timers.after(welcomeLimit, () => this.again());
    socket.onopen = () => {
      this.helloID = this.put("hello", this.hello());
    };
    socket.onmessage = (e) => this.take(String(e.data));
    socket.onclose = () => this.lost();
  }

  /** Says something after the welcome; while the line is lost it is not said, and the next welcome is the time to say it. */
  say(what: string, data: unknown): void {
    if (this.welcomed) this.put(what, data);
  }

  /** Asks something and gives the answer. Throws a Refusal: the server's, or "unreachable" when the line is lost before the answer. */
  ask<T>(what: string, data: unknown): Promise<T> {
    return new Promise<T>((answered, refused) => {
      if (!this.welcomed) {
        refused(unreachable());
        return;
      }
      const limit = this.timers.after(patience, () => this.again());
      this.asked.set(this.put(what, data), { answered: (ok) => answered(ok as T), refused, limit });
    });
  }

  private put(what: string, data: unknown): number {
    this.nextID += 1;
    this.socket?.send(JSON.stringify({ id: this.nextID, do: what, data }));
    return this.nextID;
  }

  private take(text: string): void {
    const message = JSON.parse(text) as Event | Answer;
    if ("kind" in message) this.takeEvent(message);
    else this.takeAnswer(message);
  }

  private takeAnswer(a: Answer): void {
    if (a.id !== this.helloID) {
      this.answer(a);
      return;
    }
    if (a.error) {
      this.stop();
      this.ears.refused(a.error);
      return;
    }
    this.tries = 0;
    this.welcomed = this.came = true;
    this.timers.cancel(this.limit);
    if (this.plain) this.probeLater();
    else [this.failed, this.probeAfter] = [0, probeFirst];
    this.ears.welcome(a.ok as Welcome);
    this.ears.link(true);
  }

  private answer(a: Answer): void {
    const question = this.asked.get(a.id); // none for what was only said: events tell what came of it
    this.asked.delete(a.id);
    this.timers.cancel(question?.limit);
    if (a.error) question?.refused(new Refusal(0, a.error));
    else question?.answered(a.ok);
  }

  /** Live state comes whole after a hello, so a gap is answered by coming again. */
  private takeEvent(e: Event): void {
    if (this.lastSeq > 0 && e.seq !== this.lastSeq + 1) {
      this.again();
      return;
    }
    this.lastSeq = e.seq;
    this.ears.event(e);
    if (e.kind === "server.closing") this.again();
  }

  /** Once in a while a line of plain requests makes room for a WebSocket, if one opens. */
  private probeLater(): void {
    this.probing = this.timers.after(this.probeAfter, () => {
      this.probeAfter = Math.min(2 * this.probeAfter, probeLast);
      this.probe = this.open(false);
      this.probe.onclose = () => this.probeLater();
      this.probe.onopen = () => {
        this.again();
        this.hurry();
      };
    });
  }

  private endProbe(): void {
    this.timers.cancel(this.probing);
    const probe = this.probe;
    if (!probe) return;
    this.probe = undefined;
    probe.onopen = probe.onclose = null;
    probe.close();
  }

  private again(): void {
    this.drop();
    this.lost();
  }

  private drop(): void {
    this.giveUp();
    const socket = this.socket;
    if (!socket) return;
    this.socket = undefined;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** Nobody will answer any more what was asked on this connection. */
  private giveUp(): void {
    this.timers.cancel(this.limit);
    this.endProbe();
    this.welcomed = false;
    const left = [...this.asked.values()];
    this.asked.clear();
    for (const q of left) {
      this.timers.cancel(q.limit);
      q.refused(unreachable());
    }
  }

  private lost(): void {
    this.giveUp();
    this.socket = undefined;
    if (this.stopped) return;
    // A line of plain requests that is lost gives a WebSocket one more chance.
    if (this.plain) this.failed = enough - 1;
    else if (!this.came) this.failed += 1;
    this.ears.link(false);
    this.waiting = this.timers.after(this.pause(), () => this.connect());
    this.tries += 1;
  }

  /** Doubles from 0.5 s to 8 s, and any page waits between half of it and all: a thousand pages come back spread out. */
  private pause(): number {
    const whole = Math.min(longest, shortest * 2 ** (this.tries + 1));
    return Math.max(shortest, whole * (0.5 + this.timers.random() / 2));
  }
}

/** The page's ways to base (a page's own origin for ""): a WebSocket, or plain requests. */
export const ways = (base: string) => (plain: boolean) => (plain ? plainRequests(base) : webSocket(base));

/** Few pages need it, so it comes by itself. */
function plainRequests(base: string): Socket {
  let closed = false;
  const close = () => {
    closed = true;
  };
  const socket: Socket = { onopen: null, onmessage: null, onclose: null, send: () => {}, close };
  void import("./line").then(
    ({ carry }) => closed || carry(socket, base, browserTimers),
    () => socket.onclose?.(),
  );
  return socket;
}

function webSocket(base: string): Socket {
  const url = new URL("/api/v1/ws", base || location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url, "sufler.v1") as unknown as Socket;
}
