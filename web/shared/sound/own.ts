import { signal } from "@preact/signals";
import { chosen, refreshDevices } from "./devices";
import { Attention, floor, Gauge } from "./level";
import { type MicrophoneTrouble, openMicrophone, troubleOf, type Voice } from "./microphone";
import { audio } from "./output";

/** What happened to a device by itself and is to be told. */
export type Hint = "microphone_changed" | "microphone_gone" | "speaker_changed";

const levelEach = 100;

/** One's own voice: a microphone or what stands for it, its level, and mute. Where it goes is the heir's. */
export class OwnVoice {
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
  readonly hint = signal<Hint | "">("");

  private gauge: Gauge | undefined;
  private attention = new Attention();
  private readonly timer = setInterval(() => this.measure(), levelEach);
  private closed = false;
  /** Grows with each wish to speak or not to: a microphone that is allowed after the next one is closed again. */
  private wish = 0;

  /** Speaks with the chosen microphone. false: there is none, and trouble says why, or it is not wanted any more. */
  async speak(): Promise<boolean> {
    const wish = ++this.wish;
    let voice: Voice;
    try {
      voice = await openMicrophone({ device: chosen.peek().microphone, clean: chosen.peek().clean });
    } catch (e) {
      if (wish === this.wish) this.trouble.value = troubleOf(e);
      return false;
    }
    if (wish !== this.wish) {
      voice.close();
      return false;
    }
    await this.speakWith(voice);
    void refreshDevices(); // now the browser tells their names
    return true;
  }

  /** Speaks with another voice: a recorded one, where there is no microphone. */
  async speakWith(voice: Voice): Promise<void> {
    if (this.closed) {
      voice.close();
      return;
    }
    this.wish += 1;
    this.dropVoice();
    this.trouble.value = null;
    this.voice.value = voice;
    this.gauge = new Gauge(voice.track);
    this.attention = new Attention();
    voice.track.enabled = !this.muted.peek();
    voice.track.onended = () => void this.unplugged(voice);
    await this.send(voice.track);
  }

  /** Stops the voice: the browser's sign of an open microphone goes. */
  async quieten(): Promise<void> {
    this.wish += 1;
    if (!this.voice.peek()) return;
    this.dropVoice();
    await this.send(null);
  }

  mute(on: boolean): void {
    this.muted.value = on;
    const track = this.voice.peek()?.track;
    if (track) track.enabled = !on;
  }

  close(): void {
    this.closed = true;
    this.wish += 1;
    clearInterval(this.timer);
    this.dropVoice();
  }

  /** Where the voice goes; null: it has stopped. */
  protected async send(_track: MediaStreamTrack | null): Promise<void> {}

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
    await this.quieten();
    this.hint.value = (await this.speak()) ? "microphone_changed" : "microphone_gone";
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
