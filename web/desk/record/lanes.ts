import type { CallRecord, FileName, IntervalMode, Role } from "../../shared/protocol";

/** What of a record can be heard and seen as one voice each, in the file that is chosen. Pure: nothing here plays or draws. */

/** A peak is the loudest of 100 ms. */
export const peakMs = 100;

export interface Lane {
  key: string;
  role: Role;
  name: string;
  /** The channel of the file that holds this voice; null: the file has nothing of it. */
  channel: number | null;
  peaks: readonly number[];
}

type Interval = CallRecord["intervals"][number];

export function lengthOf(r: CallRecord): number {
  const intervals = r.intervals.at(-1)?.to_ms ?? 0;
  const tracks = Math.max(0, ...r.tracks.map((x) => x.peaks.length * peakMs));
  return Math.max(1, intervals, tracks);
}

/** The files that there are and that the reader may have, the one with all voices first. */
export function playable(r: CallRecord): FileName[] {
  const files = r.files.filter((f) => f.may && f.bytes > 0).map((f) => f.name);
  return files.sort((a, b) => Number(b === "training.wav") - Number(a === "training.wav"));
}

/** The training file has a channel for each track, in order; the client's file has what the client said and what he heard. */
export function lanesOf(r: CallRecord, file: FileName): Lane[] {
  if (file === "training.wav") return r.tracks.map((x, channel) => ({ ...x, key: x.party, channel }));
  const client = r.tracks.filter((x) => x.role === "client").slice(0, 1);
  const prompters = r.tracks.filter((x) => x.role === "supervisor");
  return [
    ...client.map((x) => ({ ...x, key: x.party, channel: 0 })),
    heardByClient(r),
    ...prompters.map((x) => ({ ...x, key: x.party, channel: null })),
  ];
}

/** All who could be heard by the client are one channel: agents whenever they spoke, a prompter while barging in. */
function heardByClient(r: CallRecord): Lane {
  const agents = r.tracks.filter((x) => x.role === "agent");
  const prompters = r.tracks.filter((x) => x.role === "supervisor");
  const barges = r.intervals.filter((i) => i.mode === "barge");
  const peaks = Array.from({ length: Math.max(0, ...r.tracks.map((x) => x.peaks.length)) }, (_, n) => {
    const open = barges.some((i) => n * peakMs >= i.from_ms && n * peakMs < i.to_ms);
    return Math.max(0, ...(open ? [...agents, ...prompters] : agents).map((x) => x.peaks[n] ?? 0));
  });
  return { key: "heard", role: "agent", name: agents.map((x) => x.name).join(", "), channel: 1, peaks };
}

/** How loud each channel is let through, 0 or 1. Solo, once chosen for any, leaves only those; mute always counts. */
export function gainsOf(lanes: readonly Lane[], muted: ReadonlySet<string>, solo: ReadonlySet<string>): number[] {
  const alone = lanes.some((l) => l.channel !== null && solo.has(l.key));
  const gains: number[] = [];
  for (const l of lanes) {
    if (l.channel !== null) gains[l.channel] = !muted.has(l.key) && (!alone || solo.has(l.key)) ? 1 : 0;
  }
  return gains;
}

/** The interval at a time; at the end the last one still holds. */
export function intervalAt(r: CallRecord, ms: number): Interval | undefined {
  return r.intervals.find((i) => ms >= i.from_ms && ms < i.to_ms) ?? r.intervals.at(-1);
}

const drawn = 400;

/** A voice as at most 400 strokes, each the loudest peak of its piece, in a box n wide and 50 high. */
export function strokes(peaks: readonly number[], length: number): { n: number; d: string } {
  const n = Math.min(drawn, Math.ceil(length / peakMs));
  const per = length / peakMs / n;
  let d = "";
  for (let i = 0; i < n; i++) {
    const from = Math.floor(i * per);
    const loudest = Math.max(0, ...peaks.slice(from, Math.max(from + 1, Math.floor((i + 1) * per))));
    const h = Math.max(0.6, Math.sqrt(loudest / 255) * 23);
    d += `M${(i + 0.5).toFixed(1)} ${(25 - h).toFixed(1)}v${(2 * h).toFixed(1)}`;
  }
  return { n, d };
}

const grants: Record<IntervalMode, readonly [Role, Role][]> = {
  waiting: [],
  away: [],
  talk: [
    ["client", "agent"],
    ["agent", "client"],
  ],
  listen: [
    ["client", "agent"],
    ["agent", "client"],
    ["supervisor", "client"],
    ["supervisor", "agent"],
  ],
  whisper: [
    ["client", "agent"],
    ["agent", "client"],
    ["agent", "supervisor"],
    ["supervisor", "client"],
    ["supervisor", "agent"],
  ],
  barge: [
    ["client", "agent"],
    ["client", "supervisor"],
    ["agent", "client"],
    ["agent", "supervisor"],
    ["supervisor", "client"],
    ["supervisor", "agent"],
  ],
};

/** Whether one heard the other in a mode. */
export function heardIn(mode: IntervalMode, listener: Role, speaker: Role): boolean {
  return grants[mode].some(([l, s]) => l === listener && s === speaker);
}
