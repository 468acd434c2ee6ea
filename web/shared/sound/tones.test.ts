import assert from "node:assert/strict";
import { test } from "node:test";
import { dbfsOf } from "./level";
import { chime, hertzOf, keySound, keys, ring } from "./tones";

const rate = 48_000;

/** Goertzel: how much of a frequency is in samples; 1 for a sine of amplitude 1. */
function amount(samples: Float32Array, hertz: number): number {
  const w = (2 * Math.PI * hertz) / rate;
  let [a, b] = [0, 0];
  for (const s of samples) [a, b] = [s + 2 * Math.cos(w) * a - b, a];
  return (2 * Math.sqrt(a * a + b * b - 2 * Math.cos(w) * a * b)) / samples.length;
}

test("each key sounds its own two tones and no other row or column", () => {
  for (const key of keys) {
    const sound = keySound(rate, key);
    const own = hertzOf(key);
    for (const hertz of [697, 770, 852, 941, 1209, 1336, 1477]) {
      const strong = amount(sound, hertz) > 0.02;
      assert.equal(strong, own.includes(hertz), `${key}: ${hertz} Hz`);
    }
  }
  assert.equal(new Set(keys.map((k) => hertzOf(k).join())).size, 12);
});

test("the ring can be looped: it begins and ends in silence, has a pause, and is never loud", () => {
  const sound = ring(rate);
  assert.equal(sound.length, 3 * rate);
  assert.equal(sound[0], 0);
  assert.equal(dbfsOf(sound.subarray(2 * rate)), -100);
  assert.ok(dbfsOf(sound.subarray(0, rate)) > -30);
  assert.ok(sound.reduce((most, s) => Math.max(most, Math.abs(s)), 0) < 0.5);
});

test("the chime ends before its samples do", () => {
  const sound = chime(rate);
  assert.equal(dbfsOf(sound.subarray(sound.length - 480)), -100);
});
