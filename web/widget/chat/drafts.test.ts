import assert from "node:assert/strict";
import { test } from "node:test";
import { StoppedTime } from "../../shared/testing/time";
import { Drafts } from "./drafts";

function scene() {
  const told: string[] = [];
  const timers = new StoppedTime();
  return { told, timers, drafts: new Drafts((text) => told.push(text), timers) };
}

// M080: within 500 ms, and never more often than the server takes.
test("the first sign is told at once, the rest four times a second, the last one always", () => {
  const { told, timers, drafts } = scene();
  for (const text of ["a", "ab", "abc"]) drafts.write(text);
  assert.deepEqual(told, ["a"]);
  assert.equal(timers.next(), 250);
  assert.deepEqual(told, ["a", "abc"]);
  timers.next();
  assert.deepEqual(told, ["a", "abc"], "nothing new, nothing told");
  assert.equal(timers.due.length, 0);
  drafts.write("abcd");
  assert.equal(told.at(-1), "abcd");
});

test("what became a line is being written no more, at once", () => {
  const { told, timers, drafts } = scene();
  drafts.write("a");
  drafts.write("ab");
  drafts.clear();
  assert.deepEqual(told, ["a", ""]);
  timers.next();
  assert.deepEqual(told, ["a", ""]);
});

test("a new connection hears what is being written, though it has not changed", () => {
  const { told, timers, drafts } = scene();
  drafts.write("a");
  timers.next();
  drafts.again("a");
  assert.deepEqual(told, ["a", "a"]);
});
