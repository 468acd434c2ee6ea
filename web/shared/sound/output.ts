import { signal } from "@preact/signals";

/**
 * What a page plays. Browsers let no page make a sound before somebody has
 * touched it, so the one AudioContext of a page also tells whether it may.
 */

/** Whether this page may make sound. */
export const unlocked = signal(false);

let context: AudioContext | undefined;

export function audio(): AudioContext {
  if (context) return context;
  const made = new AudioContext();
  made.onstatechange = () => {
    unlocked.value = made.state === "running";
  };
  unlocked.value = made.state === "running";
  context = made;
  return made;
}

/** Tries to make sound possible. Only a click or a key makes it true where the browser insists. */
export async function unlock(): Promise<boolean> {
  const c = audio();
  // A refused resume stays pending until a click, so nobody waits for it.
  if (c.state !== "running") await Promise.race([c.resume(), new Promise((late) => setTimeout(late, 300))]);
  unlocked.value = c.state === "running";
  return unlocked.value;
}

/** Takes the first click or key anywhere on the page as the leave to make sound. Returns what ends it. */
export function unlockByTouch(): () => void {
  const touched = () => void unlock();
  const kinds = ["pointerdown", "keydown"] as const;
  for (const k of kinds) addEventListener(k, touched, { capture: true, passive: true });
  void unlock();
  return () => {
    for (const k of kinds) removeEventListener(k, touched, { capture: true });
  };
}

/** Whether the page can choose the device that it plays at (not in Safari). */
export const canChooseOutput = typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;

/** One stream on one output device. */
export class Playback {
  private readonly element = new Audio();
  private device = "";

  /** Plays a stream; where the browser refuses, unlocked tells, and play is tried again after the click. */
  async play(stream: MediaStream): Promise<void> {
    if (this.element.srcObject !== stream) this.element.srcObject = stream;
    try {
      await this.element.play();
    } catch (e) {
      if (e instanceof DOMException && e.name === "NotAllowedError") unlocked.value = false;
      else if (!(e instanceof DOMException && e.name === "AbortError")) throw e; // AbortError: stopped or replaced meanwhile
    }
  }

  /** Plays on what was refused before. */
  async again(): Promise<void> {
    const stream = this.element.srcObject;
    if (stream instanceof MediaStream) await this.play(stream);
  }

  /** Moves to a device, "" for the system's own. One that is not there leaves the sound where the system puts it. */
  async at(device: string): Promise<void> {
    if (!canChooseOutput || device === this.device) return;
    this.device = device;
    await this.element.setSinkId(device).catch(() => this.element.setSinkId(""));
  }

  stop(): void {
    this.element.pause();
    this.element.srcObject = null;
  }
}

/** Plays samples of the context's rate at a device, once or until the returned function is called. */
export function playSamples(samples: Float32Array<ArrayBuffer>, device = "", loop = false): () => void {
  const c = audio();
  const buffer = c.createBuffer(1, samples.length, c.sampleRate);
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(c, { buffer, loop });
  const playback = wire(c, source, device);
  source.onended = () => playback?.stop();
  source.start();
  return () => {
    source.onended = null;
    source.stop();
    source.disconnect();
    playback?.stop();
  };
}

function wire(c: AudioContext, source: AudioNode, device: string): Playback | undefined {
  if (device === "" || !canChooseOutput) {
    source.connect(c.destination);
    return undefined;
  }
  const out = c.createMediaStreamDestination();
  source.connect(out);
  const playback = new Playback();
  void playback.at(device).then(() => playback.play(out.stream));
  return playback;
}
