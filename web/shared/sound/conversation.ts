import { effect, signal } from "@preact/signals";
import { chosen, devices, outputFor } from "./devices";
import { Line, type LineOptions } from "./line";
import { audio, Playback, playSamples, unlocked } from "./output";
import { OwnVoice } from "./own";
import { type KeyName, keySound } from "./tones";

/**
 * One leg with all that a page needs to talk on it: the line, one's own voice,
 * keys, and what comes in on a loudspeaker. Who uses it draws; nothing here
 * touches the page.
 */
export class Conversation extends OwnVoice {
  readonly line: Line;
  /** Something was offered. Before it nobody is on the line. */
  readonly opened = signal(false);
  /** What comes in, for who wants to measure it. */
  readonly incoming = signal<MediaStream | null>(null);

  private readonly playback = new Playback();
  private readonly stops: (() => void)[];
  private silence: Silence | undefined;

  constructor(leg: string, opt: Omit<LineOptions, "sound">) {
    super();
    this.line = new Line(leg, { ...opt, sound: (stream) => this.take(stream) });
    this.stops = [this.followDevices(), this.playWhenUnlocked()];
  }

  /** Offers at once, with the voice that there is. The second time does nothing. */
  open(): void {
    if (this.opened.peek()) return;
    this.opened.value = true;
    this.line.open(this.voice.peek()?.track ?? null);
  }

  /** Sends a digit and sounds it. false: it could not be sent. */
  press(key: KeyName): boolean {
    playSamples(keySound(audio().sampleRate, key), outputFor("speaker"));
    return this.line.press(key);
  }

  override close(): void {
    super.close();
    for (const stop of this.stops) stop();
    this.line.close();
    this.silence?.stop();
    this.silence = undefined;
    this.playback.stop();
    this.incoming.value = null;
  }

  /** A leg that has sent and sends nothing any more would be taken for lost, so a voice that stops leaves silence behind. */
  protected override async send(track: MediaStreamTrack | null): Promise<void> {
    if (track === null) this.silence ??= silence();
    await this.line.send(track ?? this.silence?.track ?? null);
  }

  private take(stream: MediaStream): void {
    this.incoming.value = stream;
    void this.playback.play(stream);
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
}

interface Silence {
  readonly track: MediaStreamTrack | null;
  stop(): void;
}

/** A destination without a source sends nothing at all, so a source of zeros feeds it. */
function silence(): Silence {
  const c = audio();
  const out = c.createMediaStreamDestination();
  const zeros = new ConstantSourceNode(c, { offset: 0 });
  zeros.connect(out);
  zeros.start();
  const track = out.stream.getAudioTracks()[0] ?? null;
  return {
    track,
    stop: () => {
      zeros.stop();
      zeros.disconnect();
      track?.stop();
    },
  };
}
