import assert from "node:assert/strict";
import { test } from "node:test";
import { Attention, dbfsOf, floor } from "./level";

const run = (a: Attention, dbfs: number, from: number, to: number) => {
  for (let now = from; now <= to; now += 100) a.take(dbfs, now);
};

test("a full sine is -3 dBFS, silence is the floor", () => {
  const sine = Float32Array.from({ length: 480 }, (_, i) => Math.sin((2 * Math.PI * i) / 48));
  assert.ok(Math.abs(dbfsOf(sine) + 3.01) < 0.01);
  assert.equal(dbfsOf(new Float32Array(480)), floor);
  assert.equal(dbfsOf(new Float32Array(480).fill(1e-8)), floor);
});

test("a knock is no speech; speech is, and stays so for 3 s", () => {
  const a = new Attention();
  run(a, -20, 0, 200);
  run(a, -70, 300, 1000);
  assert.ok(!a.speaks(1000));
  run(a, -25, 1100, 1500);
  assert.ok(a.speaks(1500));
  run(a, -70, 1600, 5000);
  assert.ok(a.speaks(4400));
  assert.ok(!a.speaks(4600));
});

test("a quiet room is not a microphone that the system has muted", () => {
  const a = new Attention();
  run(a, -85, 0, 5000);
  assert.ok(!a.dead(5000));
  run(a, floor, 5100, 7000);
  assert.ok(!a.dead(7000));
  run(a, floor, 7100, 7100);
  assert.ok(a.dead(7100));
  run(a, -85, 7200, 7200);
  assert.ok(!a.dead(7200));
});
