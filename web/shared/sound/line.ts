import { signal } from "@preact/signals";
import type { Problem } from "../protocol";
import { Refusal } from "../request";
import { browserTimers, type Timers } from "../transport";
import { browserPeer, type MakePeer, type Peer } from "./peer";

/**
 * The line of one leg: connected, lost and connected again by a new offer, until
 * the leg ends. It knows nothing of microphones, loudspeakers and pages.
 */

export type LineState =
  | "connecting" // offered for the first time
  | "connected"
  | "lost" // was connected; comes again by itself
  | "over"; // closed, or refused for good: trouble says why

export interface LineOptions {
  /** sound.offer of api/protocol.md. Throws a Refusal. */
  offer(leg: string, sdp: string): Promise<string>;
  /** What comes in, each time anew. */
  sound(stream: MediaStream): void;
  peer?: MakePeer;
  timers?: Timers;
}

/** An offer that has not led to sound by then is made anew. */
const connectLimit = 5000;
const pauses = [0, 500, 1000, 2000];
/** The server sends all the time; a line on which nothing has come for so long is lost, whatever the browser believes. */
const lookEach = 1000;
const quietLooks = 3;

export class Line {
  readonly state = signal<LineState>("connecting");
  /** Why it is over, where it did not simply end. */
  readonly trouble = signal<Problem | null>(null);
  /** Grows by one each time that the line has come back. */
  readonly returns = signal(0);

  private peer: Peer | undefined;
  private track: MediaStreamTrack | null = null;
  private tries = 0;
  private heard = 0;
  private quiet = 0;
  private waiting: unknown;
  private looking: unknown;
  private readonly make: MakePeer;
  private readonly timers: Timers;

  constructor(
    readonly leg: string,
    private readonly opt: LineOptions,
  ) {
    this.make = opt.peer ?? browserPeer;
    this.timers = opt.timers ?? browserTimers;
  }

  /** Offers at once. A microphone that comes later is put into the same connection by send. */
  open(track: MediaStreamTrack | null = null): void {
    this.track = track;
    void this.attempt();
  }

  async send(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
    await this.peer?.send(track);
  }

  press(digit: string): boolean {
    return this.peer?.press(digit) ?? false;
  }

  /** A new offer, because the network changed, the server lost us, or its line is back. */
  renew(): void {
    if (this.state.peek() === "over") return;
    if (this.state.peek() === "connected") this.state.value = "lost";
    this.tries = 0;
    void this.attempt();
  }

  close(): void {
    this.end(null);
  }

  private async attempt(): Promise<void> {
    this.timers.cancel(this.waiting);
    this.peer?.close();
    const peer = this.make(this.track, {
      connected: () => this.peer === peer && this.connected(),
      lost: () => this.peer === peer && this.lost(),
      sound: (stream) => this.peer === peer && this.opt.sound(stream),
    });
    this.peer = peer;
    this.waiting = this.timers.after(connectLimit, () => this.again());
    try {
      const answer = await this.opt.offer(this.leg, await peer.offer());
      if (this.peer === peer) await peer.answer(answer);
    } catch (e) {
      if (this.peer === peer) this.failed(e);
    }
  }

  private connected(): void {
    this.timers.cancel(this.waiting);
    this.tries = 0;
    if (this.state.peek() === "lost") this.returns.value += 1;
    this.state.value = "connected";
    this.heard = this.quiet = 0;
    this.timers.cancel(this.looking);
    this.look();
  }

  private lost(): void {
    if (this.state.peek() === "connected") this.state.value = "lost";
    this.again();
  }

  private again(): void {
    this.timers.cancel(this.waiting);
    this.timers.cancel(this.looking);
    const pause = pauses[Math.min(this.tries, pauses.length - 1)] ?? 0;
    this.tries += 1;
    this.waiting = this.timers.after(pause, () => void this.attempt());
  }

  /** A server that cannot be reached is asked again; what it refuses stays refused. */
  private failed(e: unknown): void {
    if (e instanceof Refusal && e.problem.code === "unreachable") {
      this.again();
      return;
    }
    if (!(e instanceof Refusal)) console.error(e); // a browser that cannot use our answer: the way to find out why
    this.end(e instanceof Refusal ? e.problem : { code: "browser_failed", title: "", detail: "" });
  }

  private look(): void {
    this.looking = this.timers.after(lookEach, () => void this.count());
  }

  private async count(): Promise<void> {
    const peer = this.peer;
    const heard = (await peer?.received().catch(() => 0)) ?? 0;
    if (this.peer !== peer || this.state.peek() !== "connected") return;
    this.quiet = heard > this.heard ? 0 : this.quiet + 1;
    this.heard = heard;
    if (this.quiet >= quietLooks) this.lost();
    else this.look();
  }

  private end(why: Problem | null): void {
    this.timers.cancel(this.waiting);
    this.timers.cancel(this.looking);
    this.peer?.close();
    this.peer = undefined;
    if (this.state.peek() === "over") return;
    this.trouble.value = why;
    this.state.value = "over";
  }
}
