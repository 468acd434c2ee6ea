import { computed, signal } from "@preact/signals";
import type { Author, Entry, Problem } from "../protocol";
import { Refusal } from "../request";
import { browserTimers, type Timers } from "../transport";

/**
 * One conversation as one side of it sees it: what the server has told, by number, and one's own lines that it has not
 * told back yet. A line keeps its id until the server has it, so that it is said once however often it is sent. It
 * knows no page and no connection: who has them gives what they bring, and a way out.
 */

/** What was written here and is on its way: kept until the server has told it back. */
export interface Unsent {
  id: string;
  text: string;
  at: string;
  /** Why the server refused it; null while it is being sent. */
  refused: Problem | null;
}

/** What outlives a reload of the page. */
export interface Kept {
  draft: string;
  unsent: Unsent[];
}

/** The way to the server, and the page's memory; a test gives its own. */
export interface World {
  /** Comes back when the line is stored. Throws a Refusal, "unreachable" when it is not known whether it has come. */
  say(id: string, text: string): Promise<{ n: number }>;
  seen(upto: number): void;
  load(): Kept;
  keep(k: Kept): void;
  /** A name that nobody else gives. */
  name(): string;
  /** The server's time. */
  now(): string;
  timers?: Timers;
}

export type SaidState = "" | "sending" | "sent" | "seen" | "refused";

export interface SaidLine {
  kind: "said";
  /** The writer's id: the same before and after the server has it. */
  key: string;
  /** 0 while the server has not told it. */
  n: number;
  at: string;
  from: Author;
  name: string;
  text: string;
  mine: boolean;
  /** Of one's own lines; "" of others. */
  state: SaidState;
  refused: Problem | null;
}

/** Everything else that happened, for the reader's page to put into words or to leave out. */
export interface ToldLine {
  kind: "told";
  key: string;
  n: number;
  at: string;
  entry: Entry;
}

export type Line = SaidLine | ToldLine;

/** Tried again so long after a line could not be handed over, unless a new connection comes before. */
const pause = 2000;

export class Chat {
  readonly draft = signal("");
  readonly lines = computed(() => this.derive());
  /** Lines of others that nobody on this side has seen. */
  readonly unread = computed(() => this.others().filter((l) => l.n > this.seenBy(this.me)).length);

  private readonly told = signal<readonly Entry[]>([]);
  private readonly unsent = signal<readonly Unsent[]>([]);
  /** Handed over, and only to be told back. */
  private readonly handed = signal<ReadonlySet<string>>(new Set());
  private readonly timers: Timers;
  private known = 0;
  private attached = false;
  private saying = false;
  private again: unknown;
  private asked = 0;

  constructor(
    readonly me: "visitor" | "operator",
    private readonly world: World,
  ) {
    this.timers = world.timers ?? browserTimers;
    const kept = world.load();
    this.draft.value = kept.draft;
    this.unsent.value = kept.unsent;
  }

  /** Everything up to here has been told: what to ask "since" after a break. */
  get since(): number {
    return this.known;
  }

  /** A connection has come: what was missed is here, what follows comes by take, and what waits goes out. */
  welcome(missed: readonly Entry[] = []): void {
    this.attached = true;
    for (const e of missed) this.take(e);
    this.asked = 0;
    void this.pump();
  }

  /** The connection is gone; what is told from here on may have gaps before it. */
  lost(): void {
    this.attached = false;
  }

  take(e: Entry): void {
    if (this.attached) this.known = Math.max(this.known, e.n);
    if (this.told.peek().some((t) => t.n === e.n)) return;
    this.told.value = [...this.told.peek(), e].sort((a, b) => a.n - b.n);
    if (e.kind === "chat.said") this.drop(e.data.id);
  }

  write(text: string): void {
    if (text === this.draft.peek()) return;
    this.draft.value = text;
    this.save();
  }

  /** Sends what is written. */
  say(text: string): void {
    this.draft.value = "";
    this.put([...this.unsent.peek(), { id: this.world.name(), text, at: this.world.now(), refused: null }]);
    void this.pump();
  }

  retry(id: string): void {
    this.change(id, null);
    void this.pump();
  }

  /** Takes a refused line away. */
  drop(id: string): void {
    if (this.unsent.peek().some((u) => u.id === id)) this.put(this.unsent.peek().filter((u) => u.id !== id));
  }

  /** What is told is before the reader's eyes. */
  read(): void {
    const upto = this.others().at(-1)?.n ?? 0;
    if (upto <= Math.max(this.asked, this.seenBy(this.me))) return;
    this.asked = upto;
    this.world.seen(upto);
  }

  /** Forgets the conversation, for another one; what is being written stays. */
  reset(): void {
    this.timers.cancel(this.again);
    this.told.value = [];
    this.handed.value = new Set();
    this.known = this.asked = 0;
    this.put([]);
  }

  private derive(): Line[] {
    const seen = this.seenBy(this.me === "visitor" ? "operator" : "visitor");
    const lines = this.told.value.flatMap((e) => this.lineOf(e, seen));
    return [...lines, ...this.unsent.value.map((u) => this.waiting(u))];
  }

  private lineOf(e: Entry, seen: number): Line[] {
    if (e.kind === "chat.seen") return [];
    if (e.kind !== "chat.said") return [{ kind: "told", key: `n${e.n}`, n: e.n, at: e.at, entry: e }];
    const { id, from, name, text } = e.data;
    const mine = from === this.me;
    const state = mine ? (e.n <= seen ? "seen" : "sent") : "";
    return [{ kind: "said", key: id || `n${e.n}`, n: e.n, at: e.at, from, name, text, mine, state, refused: null }];
  }

  private waiting(u: Unsent): SaidLine {
    const state = u.refused ? "refused" : this.handed.value.has(u.id) ? "sent" : "sending";
    const { id: key, at, text, refused } = u;
    return { kind: "said", key, n: 0, at, from: this.me, name: "", text, mine: true, state, refused };
  }

  private others(): SaidLine[] {
    return this.lines.value.filter((l): l is SaidLine => l.kind === "said" && !l.mine);
  }

  private seenBy(who: "visitor" | "operator"): number {
    return this.told.value.reduce(
      (n, e) => (e.kind === "chat.seen" && e.data.by === who ? Math.max(n, e.data.upto) : n),
      0,
    );
  }

  /** One after the other, in the order in which they were written. */
  private async pump(): Promise<void> {
    if (this.saying) return;
    this.timers.cancel(this.again);
    this.saying = true;
    try {
      for (let next = this.next(); next; next = this.next()) await this.hand(next);
    } catch (e) {
      if (!isUnreachable(e)) throw e;
      this.again = this.timers.after(pause, () => void this.pump());
    } finally {
      this.saying = false;
    }
  }

  private next(): Unsent | undefined {
    return this.unsent.peek().find((u) => !u.refused && !this.handed.peek().has(u.id));
  }

  private async hand(u: Unsent): Promise<void> {
    try {
      await this.world.say(u.id, u.text);
      this.handed.value = new Set([...this.handed.peek(), u.id]);
    } catch (e) {
      if (!(e instanceof Refusal) || isUnreachable(e)) throw e;
      this.change(u.id, e.problem);
    }
  }

  private change(id: string, refused: Problem | null): void {
    this.put(this.unsent.peek().map((u) => (u.id === id ? { ...u, refused } : u)));
  }

  private put(unsent: readonly Unsent[]): void {
    this.unsent.value = unsent;
    this.save();
  }

  private save(): void {
    this.world.keep({ draft: this.draft.peek(), unsent: [...this.unsent.peek()] });
  }
}

function isUnreachable(e: unknown): boolean {
  return e instanceof Refusal && e.problem.code === "unreachable";
}
