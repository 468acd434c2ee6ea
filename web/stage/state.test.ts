import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Call, Event, Meter, Mode } from "../shared/protocol";
import { call, framesOf, granted, guard, levelOf, meter, mode, ribbon, takeEvent, wanted } from "./state";

const hears = {
  listen: ["ca", "ac", "sc", "sa"],
  whisper: ["ca", "ac", "as", "sc", "sa"],
  barge: ["ca", "ac", "cs", "as", "sc", "sa"],
};
const pairs = (all: readonly string[]) => all.map((p) => ({ listener: p[0] ?? "", speaker: p[1] ?? "" }));

function theCall(m: Mode, id = "one", state: Call["state"] = "talking"): Call {
  const party = (p: string) => ({ party: p, name: p, phone: "1", by: "phone", state: "on_line" }) as const;
  return {
    id,
    kind: "internal",
    state,
    queue: "",
    started_at: "2026-11-20T14:02:00.000Z",
    talked_at: "2026-11-20T14:02:05.000Z",
    ended_at: null,
    cause: "",
    client: { ...party("c"), number: "" },
    agent: { ...party("a"), id: "a" },
    supervisor: { ...party("s"), id: "s", mode: m, state: "talking", since: "2026-11-20T14:02:06.000Z" },
    hears: pairs(hears[m]),
    recorded: false,
    comment: "",
  };
}

let seq = 0;
const at = "2026-11-20T14:02:10.000Z";
const tell = (e: Pick<Event, "kind" | "data">) => takeEvent({ seq: ++seq, at, ...e } as Event);

function measure(frames: Record<string, number>, more: Partial<Meter> = {}): void {
  const cells = Object.entries(frames).map(([p, n]) => ({ listener: p[0] ?? "", speaker: p[1] ?? "", frames: n }));
  const levels = [
    { party: "a", dbfs: -14, peak_dbfs: -9 },
    { party: "s", dbfs: -17, peak_dbfs: -12 },
  ];
  const m = { call: "one", frame: 0, levels, cells, guard: { outside: 0, granted: 0, stopped: 0 }, ...more };
  tell({ kind: "call.metered", data: m });
}

beforeEach(() => {
  call.value = null;
  meter.value = null;
  ribbon.value = [];
  wanted.value = "";
});

test("the mode is the one that the server says is applied, and the asked one only waits for it", () => {
  tell({ kind: "call.changed", data: theCall("listen") });
  wanted.value = "whisper";
  tell({ kind: "call.changed", data: theCall("listen") });
  assert.deepEqual([mode.value, wanted.value], ["listen", "whisper"]);
  tell({ kind: "call.changed", data: theCall("whisper") });
  assert.deepEqual([mode.value, wanted.value], ["whisper", ""]);
});

// W009: the picture of the whisper.
test("while the prompter whispers the client's ribbon stays flat and shows where he speaks", () => {
  tell({ kind: "call.changed", data: theCall("whisper") });
  measure({ ca: 10, as: 10 });
  measure({ ca: 20, as: 20 });
  assert.deepEqual(ribbon.value, [{ agent: -14, prompter: -90, prompterSpeaks: true }]);
  assert.equal(granted("client", "supervisor"), false);
  assert.equal(framesOf("client", "supervisor"), 0);
  assert.equal(framesOf("agent", "supervisor"), 20);
});

// I019: and of the barge, as honestly.
test("in Barge in the same ribbon shows the prompter's voice at the client", () => {
  tell({ kind: "call.changed", data: theCall("barge") });
  measure({ ca: 10, cs: 10 });
  measure({ ca: 20, cs: 20 }, { guard: { outside: 20, granted: 20, stopped: 0 } });
  assert.deepEqual(ribbon.value, [{ agent: -14, prompter: -17, prompterSpeaks: true }]);
  assert.equal(guard.value.granted, 20);
  assert.equal(granted("client", "supervisor"), true);
});

test("the ribbon holds the last ten seconds and no more", () => {
  tell({ kind: "call.changed", data: theCall("whisper") });
  for (let i = 0; i < 80; i++) measure({ ca: i });
  assert.equal(ribbon.value.length, 50);
});

test("the next call begins with nothing of the one before", () => {
  tell({ kind: "call.changed", data: theCall("whisper") });
  measure({ ca: 10 });
  measure({ ca: 20 });
  tell({ kind: "call.changed", data: theCall("whisper", "two") });
  assert.equal(meter.value, null);
  assert.deepEqual(ribbon.value, []);
  measure({ ca: 30 });
  assert.equal(meter.value, null, "a late meter of the old call is not shown");
});

test("the end of another call does not take the stage", () => {
  tell({ kind: "call.changed", data: theCall("whisper") });
  tell({ kind: "call.changed", data: theCall("whisper", "old", "ended") });
  assert.equal(call.value?.id, "one");
});

test("nobody there is silent, not loud", () => {
  assert.deepEqual(levelOf("client"), { dbfs: -90, peak: -90 });
});
