import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Event, Leg } from "../../shared/protocol";
import { endLeg, forgetLegs, held, here, legByID, legs, measured, ringing, takeLegEvent } from "./legs";

let seq = 0;
const tell = (e: Pick<Event, "kind" | "data">) => takeLegEvent({ seq: ++seq, at: "", ...e } as Event);

const leg = (id: string, more: Partial<Leg> = {}): Leg => ({
  id,
  call: `call of ${id}`,
  state: "rings",
  from_name: "Jan Novák",
  from_number: "+420777000001",
  expected: false,
  quiet: false,
  since: "2026-11-20T14:02:10.000Z",
  cause: "",
  ...more,
});

const ids = () => ringing.value.map((l) => l.id);

beforeEach(forgetLegs);

test("what a person is to answer rings in order; what is expected does not ring", () => {
  tell({ kind: "leg.changed", data: leg("first") });
  tell({ kind: "leg.changed", data: leg("expected", { expected: true }) });
  tell({ kind: "leg.changed", data: leg("second") });
  assert.deepEqual(ids(), ["first", "second"]);
  tell({ kind: "leg.changed", data: leg("first", { state: "connecting" }) });
  assert.deepEqual(ids(), ["second"]);
});

test("a leg that has ended is told apart from one that was never heard of", () => {
  tell({ kind: "leg.changed", data: leg("one") });
  tell({ kind: "leg.changed", data: leg("one", { state: "ended", cause: "elsewhere" }) });
  assert.deepEqual(ids(), []);
  assert.equal(legByID("one")?.cause, "elsewhere");
  assert.equal(legByID("other"), undefined);
});

test("a leg that was hung up here is over before the server says so", () => {
  tell({ kind: "leg.changed", data: leg("hung", { state: "on_line" }) });
  endLeg("hung");
  assert.equal(legByID("hung")?.state, "ended");
  endLeg("never heard of");
  assert.equal(legByID("never heard of"), undefined);
});

test("of legs that are over only a handful is kept", () => {
  for (let i = 0; i < 50; i++) tell({ kind: "leg.changed", data: leg(`l${i}`, { state: "ended" }) });
  assert.equal(legs.value.length, 20);
  assert.equal(legs.value.at(-1)?.id, "l49");
});

test("who holds the sound is as the server last said, and unknown after a new line", () => {
  tell({ kind: "sound.changed", data: { here: true, held: true } });
  assert.deepEqual([here.value, held.value], [true, true]);
  tell({ kind: "sound.changed", data: { here: false, held: true } });
  assert.deepEqual([here.value, held.value], [false, true]);
  forgetLegs();
  assert.deepEqual([here.value, held.value], [false, false]);
});

test("what the server hears is told for the leg that checks", () => {
  tell({ kind: "sound.measured", data: { leg: "c", dbfs: -20, peak_dbfs: -12, packets: 50 } });
  assert.equal(measured.value?.packets, 50);
});
