import { computed, effect, signal } from "@preact/signals";
import type { Problem } from "../../shared/protocol";
import { Refusal } from "../../shared/request";
import { chosen, outputFor } from "../../shared/sound/devices";
import { floor, Gauge } from "../../shared/sound/level";
import { Line } from "../../shared/sound/line";
import { audio, Playback, playSamples, unlock } from "../../shared/sound/output";
import { OwnVoice } from "../../shared/sound/own";
import { chime, ring } from "../../shared/sound/tones";
import { ask, say } from "../server";
import { here, legByID, measured } from "./legs";
import { useSoundHere } from "./sound";
import { type Found, verdictOf } from "./verdict";

/** The sound check: one's own microphone and loudspeaker, and the way to the server and back, each heard and measured. */

export const check = signal<SoundCheck | null>(null);

const doneKey = "sufler.sound_checked";
/** Whether to offer a check: until one was made or put off in this browser. */
export const offerCheck = signal(localStorage.getItem(doneKey) === null);

export function putOffCheck(): void {
  localStorage.setItem(doneKey, "1");
  offerCheck.value = false;
}

export function openCheck(): void {
  if (check.peek()) return;
  putOffCheck();
  check.value = new SoundCheck();
  void unlock().then(() => check.peek()?.speak());
}

export function closeCheck(): void {
  check.peek()?.close();
  check.value = null;
}

const levelEach = 100;

class SoundCheck extends OwnVoice {
  readonly echo = signal<Found["echo"]>("not_yet");
  readonly failed = signal("");
  /** The level that comes back. */
  readonly returned = signal(floor);
  /** What the server hears now. */
  readonly heard = computed(() => (measured.value?.leg === this.leg.value ? measured.value.dbfs : floor));
  readonly verdict = computed(() =>
    verdictOf({
      trouble: this.trouble.value,
      dead: this.dead.value,
      echo: this.echo.value,
      failed: this.failed.value,
      heard: this.loudest.value.heard,
      packets: this.loudest.value.packets,
      back: this.loudest.value.back,
    }),
  );

  private readonly leg = signal("");
  private readonly loudest = signal({ heard: floor, packets: 0, back: floor });
  private readonly playback = new Playback();
  private line: Line | undefined;
  /** Grows with each call of the echo and each end of one. */
  private turn = 0;
  private returning: Gauge | undefined;
  private stops: (() => void)[] = [];

  /** Says one thing on the loudspeaker, or on the device that rings. */
  async sample(use: "speaker" | "ring"): Promise<void> {
    await unlock();
    const rate = audio().sampleRate;
    playSamples(use === "ring" ? ring(rate) : chime(rate), outputFor(use));
  }

  /** Calls the echo. What one says comes back a second later, for ten seconds at most. */
  async call(): Promise<void> {
    this.hangUp();
    this.failed.value = "";
    this.loudest.value = { heard: floor, packets: 0, back: floor };
    this.echo.value = "calling";
    const turn = ++this.turn;
    try {
      if (!here.peek()) await useSoundHere();
      const { leg } = await ask<{ leg: string }>("sound.check", {});
      if (turn === this.turn) this.connect(leg);
      else say("sound.end", { leg }); // hung up before the server had answered
    } catch (e) {
      if (turn === this.turn) this.fail(e);
    }
  }

  private connect(leg: string): void {
    this.leg.value = leg;
    const line = new Line(leg, {
      offer: async (id, sdp) => (await ask<{ sdp: string }>("sound.offer", { leg: id, sdp })).sdp,
      sound: (stream) => this.hear(stream),
    });
    this.line = line;
    const timer = setInterval(() => this.measureReturn(), levelEach);
    this.stops = [
      () => clearInterval(timer),
      effect(() => {
        if (line.state.value === "connected") this.echo.value = "talking";
        if (line.trouble.value && this.echo.peek() !== "done") this.refuse(line.trouble.value);
      }),
      effect(() => this.followLeg(leg)),
    ];
    line.open(this.voice.peek()?.track ?? null);
  }

  hangUp(): void {
    this.turn += 1;
    if (this.echo.peek() === "calling" || this.echo.peek() === "talking") say("sound.end", { leg: this.leg.peek() });
    this.finish();
    this.echo.value = "not_yet";
  }

  override close(): void {
    this.hangUp();
    super.close();
  }

  protected override async send(track: MediaStreamTrack | null): Promise<void> {
    await this.line?.send(track);
  }

  private followLeg(leg: string): void {
    const m = measured.value;
    if (m?.leg === leg) this.take({ heard: m.dbfs, packets: m.packets });
    const now = legByID(leg);
    if (now?.state !== "ended") return;
    const connected = this.echo.peek() === "talking";
    this.finish();
    if (connected) this.echo.value = "done";
    else this.fail(null, now.cause);
  }

  private take(more: Partial<{ heard: number; packets: number; back: number }>): void {
    const was = this.loudest.peek();
    this.loudest.value = {
      heard: Math.max(was.heard, more.heard ?? floor),
      packets: Math.max(was.packets, more.packets ?? 0),
      back: Math.max(was.back, more.back ?? floor),
    };
  }

  private hear(stream: MediaStream): void {
    void this.playback.at(chosen.peek().speaker).then(() => this.playback.play(stream));
    const track = stream.getAudioTracks()[0];
    this.returning?.close();
    this.returning = track && new Gauge(track);
  }

  private measureReturn(): void {
    if (!this.returning) return;
    this.returned.value = this.returning.read();
    this.take({ back: this.returned.value });
  }

  private refuse(p: Problem): void {
    this.fail(new Refusal(0, p));
  }

  private fail(e: unknown, cause = "unreachable"): void {
    this.finish();
    this.failed.value = e instanceof Refusal ? e.problem.code : cause;
    this.echo.value = "not_yet";
  }

  private finish(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
    this.line?.close();
    this.line = undefined;
    this.returning?.close();
    this.returning = undefined;
    this.playback.stop();
    this.returned.value = floor;
  }
}
