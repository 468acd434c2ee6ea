import { effect, signal } from "@preact/signals";
import { chosen, devices, outputFor, refreshDevices } from "./devices";
import { Attention, floor, Gauge } from "./level";
import { Line, type LineOptions } from "./line";
import { type MicrophoneTrouble, openMicrophone, troubleOf, type Voice } from "./microphone";
import { audio, Playback, playSamples, unlocked } from "./output";
import { type KeyName, keySound } from "./tones";

/**
 * One leg with all that a page needs to talk on it: the line, one's own voice
 * and its level, mute, keys, and what comes in on a loudspeaker. Who uses it
 * draws; nothing here touches the page.
 */

export type Hint = "microphone_changed" | "microphone_gone" | "speaker_changed";

const levelEach = 100;

export class Conversation {
  readonly line: Line;
  readonly voice = signal<Voice | null>(null);
  /** Why there is no voice although one was asked for. */
  readonly trouble = signal<MicrophoneTrouble | null>(null);
  readonly muted = signal(false);
  /** dBFS of one's own voice, also under mute. */
  readonly level = signal(floor);
  /** Somebody speaks who is muted. */
  readonly speaksMuted = signal(false);
  /** The microphone is open and gives not even noise: the system has muted it. */
  readonly dead = signal(false);
  /** What was changed by itself, to be told. */
  readonly hint = signal<Hint | "">("");

  private readonly playback = new Playback();
  private readonly stops: (() => void)[];
  private gauge: Gauge | undefined;
  private attention = new Attention();
  private silence: MediaStreamTrack | null = null;
  private closed = false;

  constructor(leg: string, opt: Omit<LineOptions, "sound">) {
    this.line = new Line(leg, { ...opt, sound: (stream) => void this.playback.play(stream) });
    const timer = setInterval(() => this.measure(), levelEach);
    this.stops = [() => clearInterval(timer), this.followDevices(), this.playWhenUnlocked()];
  }

  /** Offers at once, with the voice that there is. */
  open(): void {
    this.line.open(this.voice.peek()?.track ?? null);
  }

  /** Speaks with the chosen microphone. false: there is none, and trouble says why. */
  async speak(): Promise<boolean> {
    try {
      await this.speakWith(await openMicrophone({ device: chosen.peek().microphone, clean: chosen.peek().clean }));
    } catch (e) {
      this.trouble.value = troubleOf(e);
      return false;
    }
    void refreshDevices(); // now the browser tells their names
    return true;
  }

  /** Speaks with another voice: a recorded one, where there is no microphone. */
  async speakWith(voice: Voice): Promise<void> {
    if (this.closed) {
      voice.close();
      return;
    }
    this.dropVoice();
    this.trouble.value = null;
    this.voice.value = voice;
    this.gauge = new Gauge(voice.track);
    this.attention = new Attention();
    voice.track.enabled = !this.muted.peek();
    voice.track.onended = () => void this.unplugged(voice);
    await this.line.send(voice.track);
  }

  /** Stops the voice: the browser's sign of an open microphone goes, and silence is sent in its place. */
  async quieten(): Promise<void> {
    this.dropVoice();
    this.silence ??= silentTrack();
    await this.line.send(this.silence);
  }

  mute(on: boolean): void {
    this.muted.value = on;
    const track = this.voice.peek()?.track;
    if (track) track.enabled = !on;
  }

  /** Sends a digit and sounds it. false: it could not be sent. */
  press(key: KeyName): boolean {
    playSamples(keySound(audio().sampleRate, key), outputFor("speaker"));
    return this.line.press(key);
  }

  close(): void {
    this.closed = true;
    for (const stop of this.stops) stop();
    this.line.close();
    this.dropVoice();
    this.silence?.stop();
    this.playback.stop();
  }

  private dropVoice(): void {
    const voice = this.voice.peek();
    if (voice) {
      voice.track.onended = null;
      voice.close();
    }
    this.gauge?.close();
    this.gauge = undefined;
    this.voice.value = null;
    this.level.value = floor;
    this.speaksMuted.value = this.dead.value = false;
  }

  /** A microphone that was pulled out is replaced by the system's own choice, and it is said. */
  private async unplugged(voice: Voice): Promise<void> {
    if (this.voice.peek() !== voice) return;
    this.hint.value = (await this.speak()) ? "microphone_changed" : "microphone_gone";
  }

  private followDevices(): () => void {
    let at = outputFor("speaker");
    return effect(() => {
      const next = outputFor("speaker");
      const pulledOut = next === "" && at !== "" && chosen.value.speaker === at && devices.value.speakers.length > 0;
      if (pulledOut) this.hint.value = "speaker_changed";
      at = next;
      void this.playback.at(next);
    });
  }

  private playWhenUnlocked(): () => void {
    return effect(() => {
      if (unlocked.value) void this.playback.again();
    });
  }

  private measure(): void {
    if (!this.gauge) return;
    const [dbfs, now] = [this.gauge.read(), performance.now()];
    this.level.value = dbfs;
    if (audio().state !== "running") return; // a context that stands still hears nothing, which is no silence
    this.attention.take(dbfs, now);
    this.speaksMuted.value = this.muted.peek() && this.attention.speaks(now);
    this.dead.value = this.attention.dead(now);
  }
}

/** A track of silence. A leg that has sent and sends nothing any more would be taken for lost. */
function silentTrack(): MediaStreamTrack | null {
  return audio().createMediaStreamDestination().stream.getAudioTracks()[0] ?? null;
}
