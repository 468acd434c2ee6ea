import { computed, effect, signal } from "@preact/signals";
import type { Problem, Talk } from "../../shared/protocol";
import type { Conversation } from "../../shared/sound/conversation";
import { type MicrophoneTrouble, troubleOf, type Voice } from "../../shared/sound/microphone";
import type { Followed, Following } from "../follow";
import { problemOf } from "../state";
import type { Kept } from "../store";

/**
 * A visitor's talk from the page: the microphone, the talk at the server and its sound, from the click
 * to the last word, across reloads. It knows no view; what is shown is derived from what is known.
 */

/** Where a talk stands, as the visitor sees it. */
export type Scene =
  | "idle"
  | "asking" // the browser asks for the microphone
  | "joining" // there is no sound yet
  | "waiting"
  | "agent_found"
  | "talking"
  | "away"
  | "returning" // the visitor's own line broke and comes again
  | "ended"
  | "fault";

/** Why it does not go on: the microphone's trouble, another tab that has the talk or would howl, or the server's own words. */
export type Fault =
  | { code: MicrophoneTrouble | "elsewhere" | "howl" }
  | { code: "refused_by_server"; problem: Problem };

export type Sound = Pick<
  Conversation,
  "line" | "voice" | "muted" | "level" | "speaksMuted" | "dead" | "hint" | "speakWith" | "open" | "mute" | "close"
>;

/** The world around a talk; a test gives one by script. */
export interface World {
  /** Throws NoMicrophone. */
  voice(kind: Voice["kind"]): Promise<Voice>;
  sound(leg: string, offer: (leg: string, sdp: string) => Promise<string>): Sound;
  /** Throw a Refusal, and nothing else. */
  begin(): Promise<Talk>;
  look(k: Kept): Promise<Talk>;
  end(k: Kept): Promise<Talk>;
  follow(what: Followed): Pick<Following, "ask" | "stop">;
  keep(k: Kept | null): void;
  /** Makes this the one tab of the site that talks, until release is called. Without wait null when another tab is it. */
  claim(wait: boolean): Promise<(() => void) | null>;
  /** Whether another window of this browser has an open microphone, which would hear what is played here. */
  howls(): Promise<boolean>;
  /** Tells other windows whether this one has an open microphone. */
  holds(open: boolean): void;
  /** Calls back when no line can be expected to come any more. */
  patience(over: () => void): () => void;
  language(): string;
  now(): string;
}

export class TalkHere {
  readonly talk = signal<Talk | null>(null);
  readonly sound = signal<Sound | null>(null);
  readonly fault = signal<Fault | null>(null);
  readonly scene = computed(() => this.derive());
  /** Something is there that a closed panel must not hide. */
  readonly runs = computed(() => {
    const s = this.scene.value;
    return s !== "idle" && s !== "ended" && (s !== "fault" || this.kept.value !== null);
  });

  private readonly here = signal(false);
  private readonly asking = signal(false);
  private readonly kept = signal<Kept | null>(null);
  private following: Pick<Following, "ask" | "stop"> | undefined;
  private unwatch: (() => void) | undefined;
  private release: (() => void) | null = null;
  /** Grows with each attempt, so that what belongs to one given up is dropped. */
  private turn = 0;

  constructor(private readonly world: World) {}

  /** From a click: the microphone first, since nothing else makes sense without it. */
  async begin(kind: Voice["kind"] = "microphone", headphones = false): Promise<void> {
    const turn = this.next();
    if (!this.release && !(await this.claim(false, turn))) return;
    const howls = kind === "microphone" && !headphones && (await this.world.howls());
    if (turn !== this.turn) return;
    if (howls) this.stopWith({ code: "howl" });
    else await this.speak(kind, turn);
  }

  /** Enters a talk that is there already: left running by a page before this one. */
  async resume(k: Kept): Promise<void> {
    const turn = this.next();
    if (!(await this.claim(true, turn))) return;
    this.kept.value = k;
    await this.poll();
    if (turn !== this.turn) return;
    if (this.kept.value) await this.speak(k.voice ?? "microphone", turn);
    else this.reset(); // it ended while nobody looked
  }

  mute(on: boolean): void {
    this.sound.value?.mute(on);
  }

  /** Hangs up, at whatever point it is. The microphone closes at once, whatever the server says. */
  async leave(): Promise<void> {
    this.next();
    const k = this.kept.value;
    if (!k) {
      this.reset();
      return;
    }
    this.closeSound();
    try {
      this.take(await this.world.end(k));
    } catch (e) {
      problemOf(e); // throws what is no refusal
      const t = this.talk.value;
      if (t)
        this.take({ ...t, state: "ended", reason: t.talked_at ? "talked" : "cancelled", ended_at: this.world.now() });
      else this.reset();
    }
  }

  /** Forgets it, so that another may begin. */
  reset(): void {
    this.finish();
    this.here.value = false;
    this.talk.value = null;
    this.fault.value = null;
  }

  private derive(): Scene {
    const talk = this.talk.value;
    if (talk?.state === "ended") return "ended";
    if (this.fault.value) return "fault";
    if (!this.here.value) return "idle";
    if (this.asking.value) return "asking";
    const line = this.sound.value?.line.state.value ?? "connecting";
    if (!talk || line === "connecting") return "joining";
    return line === "connected" ? talk.state : "returning";
  }

  private next(): number {
    this.fault.value = null;
    this.asking.value = false;
    this.turn += 1;
    return this.turn;
  }

  private async claim(wait: boolean, turn: number): Promise<boolean> {
    const release = await this.world.claim(wait);
    if (turn !== this.turn) {
      release?.();
      return false;
    }
    this.release = release;
    this.here.value = true;
    if (!release) this.stopWith({ code: "elsewhere" });
    return release !== null;
  }

  private async speak(kind: Voice["kind"], turn: number): Promise<void> {
    const voice = await this.openVoice(kind, turn);
    if (!voice) return;
    try {
      if (!this.kept.value) await this.arrive(turn);
    } catch (e) {
      if (turn === this.turn) this.stopWith({ code: "refused_by_server", problem: problemOf(e) });
    }
    if (turn !== this.turn || !this.kept.value) voice.close();
    else this.follow(voice);
  }

  private async openVoice(kind: Voice["kind"], turn: number): Promise<Voice | null> {
    this.asking.value = kind === "microphone";
    try {
      const voice = await this.world.voice(kind);
      if (turn === this.turn) return voice;
      voice.close();
    } catch (e) {
      if (turn === this.turn) this.stopWith({ code: troubleOf(e) });
    } finally {
      if (turn === this.turn) this.asking.value = false;
    }
    return null;
  }

  /** Asks for a talk. One that was given up meanwhile is ended again. */
  private async arrive(turn: number): Promise<void> {
    const made = await this.world.begin();
    const k = { id: made.id, token: made.token ?? "" };
    if (turn !== this.turn) {
      await this.world.end(k);
      return;
    }
    this.kept.value = k;
    this.take(made);
  }

  /** The line goes by itself from here on: lost, it offers again. */
  private follow(voice: Voice): void {
    const [k, talk] = [this.kept.value, this.talk.value];
    if (!k || !talk) return;
    this.world.keep({ ...k, voice: voice.kind });
    this.closeSound();
    let welcome = () => {};
    const welcomed = new Promise<void>((done) => {
      welcome = done;
    });
    const following = this.world.follow({
      hello: () => ({ as: "visitor", talk: k.id, token: k.token, language: this.world.language() }),
      welcome: (w) => {
        welcome();
        if (w.talk) this.take(w.talk);
      },
      event: (e) => {
        if (e.kind === "talk.changed") this.take(e.data);
      },
      poll: () => this.poll(),
    });
    this.following = following;
    this.connect(talk.leg, voice, async (leg, sdp) => {
      await welcomed;
      const answer = await following.ask<{ sdp: string }>("sound.offer", { leg, sdp });
      return answer.sdp;
    });
  }

  private connect(leg: string, voice: Voice, offer: (leg: string, sdp: string) => Promise<string>): void {
    const sound = this.world.sound(leg, offer);
    this.sound.value = sound;
    this.world.holds(voice.kind === "microphone");
    void sound.speakWith(voice);
    sound.open();
    const stopWaiting = this.world.patience(() => {
      if (sound.line.state.peek() === "connecting") void this.noPath();
    });
    const unwatch = effect(() => {
      if (sound.line.state.value === "over") void this.refused(sound.line.trouble.peek());
    });
    this.unwatch = () => {
      stopWaiting();
      unwatch();
    };
  }

  /** A network stands between: the line offers for ever, and the visitor is told. */
  private async noPath(): Promise<void> {
    const [k, talk] = [this.kept.value, this.talk.value];
    if (!k || !talk) return;
    this.take({ ...talk, state: "ended", reason: "no_sound", ended_at: this.world.now() });
    await this.world.end(k).catch(() => {}); // it ends by itself too
  }

  /** The server takes no sound for it any more: because it has ended, which it then tells itself, or for a reason to be told. */
  private async refused(why: Problem | null): Promise<void> {
    if (!why) return;
    await this.poll();
    if (this.talk.value?.state === "ended" || !this.kept.value) return;
    const k = this.kept.value;
    this.fault.value = { code: "refused_by_server", problem: why };
    this.talk.value = null;
    this.finish();
    await this.world.end(k).catch(() => {}); // it ends by itself too
  }

  private take(t: Talk): void {
    this.talk.value = { ...this.talk.value, ...t };
    if (t.state === "ended") this.finish();
  }

  private async poll(): Promise<void> {
    const k = this.kept.value;
    if (!k) return;
    try {
      this.take(await this.world.look(k));
    } catch (e) {
      if (problemOf(e).code === "talk_unknown") this.reset();
    }
  }

  /** Tells why it does not go on. A talk that is there already stays, for another try. */
  private stopWith(f: Fault): void {
    this.fault.value = f;
    if (!this.kept.value) this.letGo();
  }

  /** Nothing is left of it but what there is to read. */
  private finish(): void {
    this.closeSound();
    this.kept.value = null;
    this.world.keep(null);
    this.letGo();
  }

  private closeSound(): void {
    this.following?.stop();
    this.following = undefined;
    this.unwatch?.();
    this.unwatch = undefined;
    this.sound.value?.close();
    this.sound.value = null;
    this.world.holds(false);
  }

  private letGo(): void {
    this.release?.();
    this.release = null;
  }
}
