/** The sounds that a page makes itself, as samples: computed, so that nothing has to be fetched when it rings. */

type Samples = Float32Array<ArrayBuffer>;

interface Note {
  hertz: readonly number[];
  from: number;
  seconds: number;
  gain: number;
}

/** Notes that rise in 8 ms and fade: nothing clicks. */
function compose(rate: number, seconds: number, notes: readonly Note[]): Samples {
  const out = new Float32Array(Math.round(rate * seconds));
  for (const n of notes) {
    const [start, length] = [Math.round(n.from * rate), Math.round(n.seconds * rate)];
    for (let i = 0; i < length && start + i < out.length; i++) {
      const wave = n.hertz.reduce((sum, hz) => sum + Math.sin((2 * Math.PI * hz * i) / rate), 0) / n.hertz.length;
      out[start + i] = (out[start + i] ?? 0) + wave * n.gain * envelope(i / rate, n.seconds);
    }
  }
  return out;
}

function envelope(at: number, seconds: number): number {
  return Math.min(1, at / 0.008) * Math.min(1, (seconds - at) / 0.03) * Math.exp((-2.2 * at) / seconds);
}

/** A soft ring of two tones that answer each other, and a pause: 3 s, to be looped. */
export function ring(rate: number): Samples {
  const pair = (from: number): Note[] => [
    { hertz: [587, 880], from, seconds: 0.35, gain: 0.22 },
    { hertz: [494, 740], from: from + 0.2, seconds: 0.5, gain: 0.22 },
  ];
  return compose(rate, 3, [...pair(0), ...pair(0.75)]);
}

/** Two short pairs: somebody new has come to write. */
export function knock(rate: number): Samples {
  const pair = (from: number): Note[] => [
    { hertz: [659], from, seconds: 0.16, gain: 0.26 },
    { hertz: [988], from: from + 0.13, seconds: 0.32, gain: 0.26 },
  ];
  return compose(rate, 1.3, [...pair(0), ...pair(0.65)]);
}

/** One soft note: a message. */
export function tap(rate: number): Samples {
  return compose(rate, 0.4, [{ hertz: [784, 1175], from: 0, seconds: 0.35, gain: 0.22 }]);
}

/** The same as loud as is wanted, 0 to 1. */
export function louder(samples: Samples, volume: number): Samples {
  return samples.map((x) => x * volume);
}

/** Three notes upwards: what a loudspeaker is tried with. */
export function chime(rate: number): Samples {
  const notes = [523, 659, 784].map((hz, i): Note => ({ hertz: [hz], from: i * 0.25, seconds: 0.7, gain: 0.3 }));
  return compose(rate, 1.3, notes);
}

const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477];
export const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;
export type KeyName = (typeof keys)[number];

/** The two tones of a key (ITU-T Q.23). */
export function hertzOf(key: KeyName): readonly [number, number] {
  const at = keys.indexOf(key);
  return [rows[Math.floor(at / 3)] ?? 0, columns[at % 3] ?? 0];
}

/** What a key sounds like to who presses it. */
export function keySound(rate: number, key: KeyName): Samples {
  return compose(rate, 0.16, [{ hertz: hertzOf(key), from: 0, seconds: 0.14, gain: 0.16 }]);
}
