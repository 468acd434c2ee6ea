import type { Entry, VisitorEvent, VisitorHello, VisitorSession, VisitorWelcome } from "../../shared/protocol";
import { browserTimers, type Socket, type Timers, Transport } from "../../shared/transport";

/**
 * A visitor's one connection of this page: who they are, which page they see, and everything of their session. What it
 * has been told it tells each listener from the beginning, so that a part of the widget that comes late misses nothing.
 * It draws nothing and keeps no signals: it is also what runs on a page whose widget nobody has opened.
 */

/** The browser around it; a test gives its own. */
export interface World {
  open(plain: boolean): Socket;
  hello(): Omit<VisitorHello, "as" | "since">;
  timers?: Timers;
}

export interface Listener {
  welcome?(w: VisitorWelcome): void;
  event?(e: VisitorEvent): void;
  /** Of the current session; null: there is none. A new one begins with an empty log. */
  session?(s: VisitorSession | null): void;
  entry?(e: Entry): void;
  link?(up: boolean): void;
}

export class Visit {
  session: VisitorSession | null = null;
  up = false;

  private readonly entries = new Map<number, Entry>();
  private readonly listeners = new Set<Listener>();
  private readonly transport: Transport;
  private known = 0;
  private started = false;
  private offset: number | null = null;

  constructor(world: World) {
    const hello = (): VisitorHello => ({ as: "visitor", ...world.hello(), since: this.known });
    this.transport = new Transport(
      world.open,
      hello,
      {
        welcome: (w) => this.welcome(w as VisitorWelcome),
        event: (e) => this.event(e as unknown as VisitorEvent),
        refused: () => this.link(false),
        link: (up) => this.link(up),
      },
      world.timers ?? browserTimers,
    );
  }

  /** The server's time in milliseconds, once it has told it. */
  get now(): number | null {
    return this.offset === null ? null : performance.now() + this.offset;
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.transport.start();
  }

  stop(): void {
    this.started = false;
    this.link(false);
    this.transport.stop();
  }

  listen(l: Listener): () => void {
    this.listeners.add(l);
    l.session?.(this.session);
    for (const e of this.entries.values()) l.entry?.(e);
    l.link?.(this.up);
    return () => this.listeners.delete(l);
  }

  ask<T>(what: string, data: unknown): Promise<T> {
    return this.transport.ask<T>(what, data);
  }

  say(what: string, data: unknown): void {
    this.transport.say(what, data);
  }

  private welcome(w: VisitorWelcome): void {
    this.offset = Date.parse(w.now) - performance.now();
    const missed = this.known > 0 && w.session && w.session.id !== this.session?.id;
    this.take(w.session ?? null);
    this.tell((l) => l.welcome?.(w));
    // Another page of theirs has begun another session meanwhile, and what was asked for counts in the one before.
    if (missed) this.again();
  }

  private again(): void {
    this.transport.stop();
    this.transport.start();
  }

  private event(e: VisitorEvent): void {
    if (e.kind === "session.changed") this.take(e.data);
    else if (e.kind === "entry.added") this.add(e.data.entry);
    this.tell((l) => l.event?.(e));
  }

  /** Whatever brings a session: an answer, an event. One that is over stays until another one comes. */
  take(s: VisitorSession | null): void {
    if (!s && this.session?.state === "ended") return;
    if (!s || s.id !== this.session?.id) {
      this.entries.clear();
      this.known = 0;
    }
    this.session = s;
    this.tell((l) => l.session?.(s));
  }

  /** What is over has been read: the next one begins with an empty log. */
  forget(): void {
    this.session = null;
    this.take(null);
  }

  private add(e: Entry): void {
    if (this.entries.has(e.n)) return;
    this.entries.set(e.n, e);
    this.known = Math.max(this.known, e.n);
    this.tell((l) => l.entry?.(e));
  }

  private link(up: boolean): void {
    if (this.up === up) return;
    this.up = up;
    this.tell((l) => l.link?.(up));
  }

  private tell(what: (l: Listener) => void): void {
    for (const l of this.listeners) what(l);
  }
}
