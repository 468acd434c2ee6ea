import { audio } from "./output";

/** How loud one's own voice is, and whether somebody speaks. */

/** Below it a level is not told apart from silence. */
export const floor = -100;

/** The level of samples in dBFS: −3 for a full sine. */
export function dbfsOf(samples: Float32Array): number {
  let sum = 0;
  for (const s of samples) sum += s * s;
  return sum === 0 ? floor : Math.max(floor, 10 * Math.log10(sum / samples.length));
}

/** Reads the level of a track. It listens to a copy, so a muted track still shows whether somebody speaks. */
export class Gauge {
  private readonly copy: MediaStreamTrack;
  private readonly source: MediaStreamAudioSourceNode;
  private readonly analyser: AnalyserNode;
  private readonly samples: Float32Array<ArrayBuffer>;

  constructor(track: MediaStreamTrack) {
    const c = audio();
    this.copy = track.clone();
    this.copy.enabled = true;
    this.source = c.createMediaStreamSource(new MediaStream([this.copy]));
    this.analyser = new AnalyserNode(c, { fftSize: 2048 });
    this.samples = new Float32Array(this.analyser.fftSize);
    this.source.connect(this.analyser);
  }

  /** dBFS of the last 40 ms or so. */
  read(): number {
    this.analyser.getFloatTimeDomainData(this.samples);
    return dbfsOf(this.samples);
  }

  close(): void {
    this.source.disconnect();
    this.copy.stop();
  }
}

const speechFrom = -42;
const speechFor = 300;
const shownFor = 3000;
const deadFor = 2000;

/** Tells speech from a knock, and a microphone that the system has muted from a quiet room. Times in ms. */
export class Attention {
  private loudSince: number | null = null;
  private spokeAt: number | null = null;
  private deadSince: number | null = null;

  take(dbfs: number, now: number): void {
    if (dbfs < speechFrom) this.loudSince = null;
    else this.loudSince ??= now;
    if (this.loudSince !== null && now - this.loudSince >= speechFor) this.spokeAt = now;
    if (dbfs > floor) this.deadSince = null;
    else this.deadSince ??= now;
  }

  /** Somebody spoke a moment ago. */
  speaks(now: number): boolean {
    return this.spokeAt !== null && now - this.spokeAt < shownFor;
  }

  /** Not even noise for 2 s: no open microphone is so quiet. */
  dead(now: number): boolean {
    return this.deadSince !== null && now - this.deadSince >= deadFor;
  }
}
