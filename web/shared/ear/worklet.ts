/**
 * Plays 16-bit samples as they come, in the audio thread. The context runs at
 * the samples' own 8 kHz; the browser's resampler does the rest. It starts when
 * 60 ms are in store, and cuts to that when more than 240 ms have gathered, so
 * that an ear never lags behind the matrix that is shown beside it.
 */
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const target = 480;
const most = 1920;

class EarProcessor extends AudioWorkletProcessor {
  private readonly store = new Float32Array(8192);
  private head = 0;
  private tail = 0;
  private playing = false;
  private gain = 0;

  constructor() {
    super();
    this.port.onmessage = (e: MessageEvent<ArrayBuffer>) => this.put(new Int16Array(e.data));
  }

  private put(samples: Int16Array): void {
    for (const s of samples) this.store[this.head++ % this.store.length] = s / 32768;
    if (this.head - this.tail > most) this.tail = this.head - target;
    if (this.head - this.tail >= target) this.playing = true;
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0]?.[0];
    if (!out) return true;
    for (let i = 0; i < out.length; i++) out[i] = this.next();
    return true;
  }

  /** The next sample, faded over 4 ms where the store runs dry or fills again. */
  private next(): number {
    if (this.tail >= this.head) this.playing = false;
    this.gain = Math.max(0, Math.min(1, this.gain + (this.playing ? 1 : -1) / 32));
    if (!this.playing) return 0;
    return (this.store[this.tail++ % this.store.length] ?? 0) * this.gain;
  }
}

registerProcessor("ear", EarProcessor);
