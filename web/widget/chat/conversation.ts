import { computed, signal } from "@preact/signals";
import { Chat, type Kept } from "../../shared/chat/chat";
import type { Entry, Problem, VisitorEvent, VisitorSession } from "../../shared/protocol";
import { Refusal } from "../../shared/request";
import type { Timers } from "../../shared/transport";
import type { Visit } from "../visit/visit";
import { Drafts } from "./drafts";

/**
 * The visitor's written conversation: from the first line, which is kept whoever comes, to the last word, across
 * reloads, tabs and broken connections. It knows no view; what is shown is derived from what is known.
 */

/** Where it stands, as the visitor sees it. */
export type Scene = "start" | "waiting" | "active" | "ended";

/** The server and the browser; a test gives them by script. */
export interface World {
  visit: Pick<Visit, "listen" | "take" | "forget" | "start" | "ask" | "say">;
  /** Begins a session with its first line, which may be empty when a code opens it. All of these throw a Refusal only. */
  begin(id: string, text: string, code: string): Promise<VisitorSession>;
  end(): Promise<VisitorSession>;
  /** Whether operators may see what is being written. */
  previews(): boolean;
  /** Whether there is something to come back to. */
  runs(on: boolean): void;
  load(): Kept;
  keep(k: Kept): void;
  /** Whether the server answers. */
  reached(on: boolean): void;
  name(): string;
  now(): string;
  timers: Timers;
}

/** Most breaks are shorter than the sentence that tells of them. */
const patience = 3000;
/** An operator who has stopped is not always told to have. */
const typingEnds = 10_000;

export class Conversation {
  readonly session = signal<VisitorSession | null>(null);
  readonly typing = signal(false);
  /** Why it could not begin. */
  readonly problem = signal<Problem | null>(null);
  readonly beginning = signal(false);
  /** Something may be there, and the server has not said yet. */
  readonly coming = signal(false);
  readonly scene = computed<Scene>(() => this.session.value?.state ?? "start");
  readonly runs = computed(() => this.scene.value === "waiting" || this.scene.value === "active");
  /** Whether it is the visitor's to end here; a talk has its own way of hanging up. */
  readonly ends = computed(() => this.runs.value && ["chat", "invitation"].includes(this.session.value?.kind ?? ""));
  readonly chat: Chat;

  private readonly drafts: Drafts;
  private lost: unknown;
  private stillTyping: unknown;

  constructor(private readonly world: World) {
    this.chat = new Chat("visitor", {
      say: (id, text) => this.hand(id, text),
      seen: (n) => world.visit.say("chat.seen", { n }),
      load: world.load,
      keep: world.keep,
      name: world.name,
      now: world.now,
      timers: world.timers,
    });
    this.drafts = new Drafts((text) => world.visit.say("chat.draft", { text }), world.timers);
  }

  /** Takes up what there is, and follows it. */
  attach(): void {
    this.world.visit.listen({
      welcome: (w) => {
        this.coming.value = false;
        if (!w.session) this.world.runs(false);
      },
      session: (s) => this.take(s),
      entry: (e) => this.hear(e),
      event: (e) => this.event(e),
      link: (up) => this.link(up),
    });
  }

  /** Something was left running by a page before this one. */
  resume(): void {
    this.coming.value = true;
    this.world.visit.start();
  }

  write(text: string): void {
    this.chat.write(text);
    if (this.mayPreview()) this.drafts.write(text);
  }

  say(text: string): void {
    this.problem.value = null;
    this.drafts.clear();
    this.chat.say(text);
  }

  /** Opens what an operator has invited to. False: it was refused, and problem says why. */
  async enter(code: string): Promise<boolean> {
    this.problem.value = null;
    try {
      await this.begin(this.world.name(), "", code);
      return true;
    } catch (e) {
      if (!(e instanceof Refusal)) throw e;
      this.problem.value = e.problem;
      return false;
    }
  }

  async end(): Promise<void> {
    this.problem.value = null;
    try {
      this.world.visit.take(await this.world.end());
    } catch (e) {
      if (!(e instanceof Refusal)) throw e;
      this.problem.value = e.problem;
    }
  }

  /** Puts away what is over, so that another one may begin. */
  again(): void {
    this.chat.reset();
    this.world.visit.forget();
    this.problem.value = null;
  }

  private take(s: VisitorSession | null): void {
    const before = this.session.peek();
    if (before && before.id !== s?.id) this.chat.reset();
    this.session.value = s;
    if (before || s) this.world.runs(this.runs.peek());
    if (s?.state !== "active") this.stopTyping();
  }

  private hear(e: Entry): void {
    this.chat.take(e);
    if (e.kind === "chat.said" && e.data.from === "operator") this.stopTyping();
  }

  private event(e: VisitorEvent): void {
    if (e.kind !== "operator.typing") return;
    this.stopTyping();
    this.typing.value = e.data.on;
    if (e.data.on) this.stillTyping = this.world.timers.after(typingEnds, () => this.stopTyping());
  }

  private stopTyping(): void {
    this.world.timers.cancel(this.stillTyping);
    this.typing.value = false;
  }

  private link(up: boolean): void {
    this.world.timers.cancel(this.lost);
    if (!up) {
      this.chat.lost();
      if (this.runs.peek()) this.lost = this.world.timers.after(patience, () => this.world.reached(false));
      return;
    }
    this.world.reached(true);
    this.chat.welcome();
    if (this.mayPreview()) this.drafts.again(this.chat.draft.peek());
  }

  private mayPreview(): boolean {
    return this.world.previews() && this.runs.peek();
  }

  private async hand(id: string, text: string): Promise<{ n: number }> {
    if (this.runs.peek()) return this.world.visit.ask("chat.say", { id, text });
    try {
      return { n: (await this.begin(id, text, "")).n };
    } catch (e) {
      if (e instanceof Refusal && e.problem.code !== "unreachable") this.refused(id, text, e.problem);
      throw e;
    }
  }

  /** The text goes back to where it was written: there is no conversation that it could stand in. */
  private refused(id: string, text: string, why: Problem): void {
    this.problem.value = why;
    this.chat.drop(id);
    if (this.chat.draft.peek() === "") this.chat.write(text);
  }

  private async begin(id: string, text: string, code: string): Promise<VisitorSession> {
    this.beginning.value = true;
    try {
      const made = await this.world.begin(id, text, code);
      // The connection may have told of it already, and more than the answer knows.
      if (this.session.peek()?.id !== made.id) this.world.visit.take(made);
      this.world.visit.start();
      return made;
    } finally {
      this.beginning.value = false;
    }
  }
}
