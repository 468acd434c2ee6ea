import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallRecord, FileName } from "../../shared/protocol";
import { gainsOf, heardIn, intervalAt, lanesOf, lengthOf, playable, strokes } from "./lanes";

const second = (...peaks: number[]) => peaks.flatMap((p) => Array<number>(10).fill(p));

function record(over: Partial<CallRecord> = {}): CallRecord {
  return {
    row: {
      call: "c",
      kind: "web",
      started_at: "2026-11-21T10:00:00.000Z",
      talked_ms: 3000,
      number: "",
      client_name: "",
      operator: "Anna",
      queue: "Orders",
      cause: "hung_up",
    },
    waited_ms: 0,
    tracks: [
      { party: "c1", role: "client", name: "Jan", peaks: second(9, 0, 0) },
      { party: "a1", role: "agent", name: "Anna", peaks: second(0, 50, 0) },
      { party: "a2", role: "agent", name: "Boris", peaks: second(0, 0, 60) },
      { party: "s1", role: "supervisor", name: "Sofia", peaks: second(99, 99, 99) },
    ],
    intervals: [
      { mode: "whisper", from_ms: 0, to_ms: 2000, by: "Sofia" },
      { mode: "barge", from_ms: 2000, to_ms: 3000, by: "Sofia" },
    ],
    guard: { outside: 0, granted: 0, stopped: 0 },
    files: (["client.wav", "training.wav"] as FileName[]).map((name) => ({ name, bytes: 1, may: true })),
    comments: [],
    facts: [],
    ...over,
  };
}

test("the training file has a lane for each track, in the order of its channels", () => {
  assert.deepEqual(
    lanesOf(record(), "training.wav").map((l) => [l.key, l.channel]),
    [
      ["c1", 0],
      ["a1", 1],
      ["a2", 2],
      ["s1", 3],
    ],
  );
});

test("the client's file has the client and all that he heard; the prompter has no channel in it", () => {
  const lanes = lanesOf(record(), "client.wav");
  assert.deepEqual(
    lanes.map((l) => [l.key, l.channel]),
    [
      ["c1", 0],
      ["heard", 1],
      ["s1", null],
    ],
  );
  assert.equal(lanes[1]?.name, "Anna, Boris");
  assert.deepEqual(lanes[1]?.peaks, second(0, 50, 99), "the prompter is drawn only where she was heard");
});

test("who has no track of a prompter sees none", () => {
  const r = record();
  r.tracks = r.tracks.filter((x) => x.role !== "supervisor");
  assert.deepEqual(
    lanesOf(r, "client.wav").map((l) => l.role),
    ["client", "agent"],
  );
});

test("files that one may not have, or that are empty, are not to be heard", () => {
  assert.deepEqual(playable(record()), ["training.wav", "client.wav"]);
  const files = [
    { name: "client.wav" as const, bytes: 1, may: true },
    { name: "training.wav" as const, bytes: 1, may: false },
  ];
  assert.deepEqual(playable(record({ files })), ["client.wav"]);
  assert.deepEqual(playable(record({ files: files.map((f) => ({ ...f, bytes: 0 })) })), []);
});

for (const { muted, solo, want } of [
  { muted: "", solo: "", want: [1, 1, 1, 1] },
  { muted: "a1", solo: "", want: [1, 0, 1, 1] },
  { muted: "", solo: "s1", want: [0, 0, 0, 1] },
  { muted: "", solo: "c1 s1", want: [1, 0, 0, 1] },
  { muted: "s1", solo: "s1 c1", want: [1, 0, 0, 0] },
]) {
  test(`of muted "${muted}" and solo "${solo}" there is heard ${want}`, () => {
    const set = (words: string) => new Set(words.split(" ").filter(Boolean));
    assert.deepEqual(gainsOf(lanesOf(record(), "training.wav"), set(muted), set(solo)), want);
  });
}

test("solo of a voice that the file does not hold silences nobody", () => {
  assert.deepEqual(gainsOf(lanesOf(record(), "client.wav"), new Set(), new Set(["s1"])), [1, 1]);
});

test("the interval of a time holds from its first millisecond, the last one to the end", () => {
  assert.equal(intervalAt(record(), 1999)?.mode, "whisper");
  assert.equal(intervalAt(record(), 2000)?.mode, "barge");
  assert.equal(intervalAt(record(), 3000)?.mode, "barge");
  assert.equal(lengthOf(record({ intervals: [] })), 3000);
});

test("a prompter who whispers is heard by the agent alone", () => {
  assert.deepEqual(
    (["whisper", "barge", "listen"] as const).map((m) => [
      heardIn(m, "client", "supervisor"),
      heardIn(m, "agent", "supervisor"),
    ]),
    [
      [false, true],
      [true, true],
      [false, false],
    ],
  );
});

test("an hour is drawn in 400 strokes, and the loudest of each piece is in them", () => {
  const peaks = Array<number>(36_000).fill(0);
  peaks[18_001] = 255;
  const { n, d } = strokes(peaks, 3_600_000);
  assert.equal(n, 400);
  const heights = [...d.matchAll(/v([\d.]+)/g)].map((m) => Number(m[1]));
  assert.equal(heights.length, 400);
  assert.deepEqual(
    heights.filter((h) => h > 2),
    [46],
  );
});
