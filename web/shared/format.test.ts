import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bytes,
  count,
  decibels,
  duration,
  initials,
  meterPosition,
  minutes,
  phoneNumber,
  shortDay,
  withUnit,
} from "./format";
import { teach, tn } from "./text";

test("a running time reads 4:12, from an hour 1:04:12, and never runs below zero", () => {
  assert.equal(duration(252_999), "4:12");
  assert.equal(duration(3_852_000), "1:04:12");
  assert.equal(duration(0), "0:00");
  assert.equal(duration(-5000), "0:00");
});

test("a level keeps its sign as wide as a digit", () => {
  assert.equal(decibels(-22.4), "\u221222");
  assert.equal(decibels(-0.3), "0");
  teach("ru", {});
  assert.equal(withUnit(-17), "\u221217\u00a0дБ");
});

test("a meter has −20 dBFS in its middle and stops at its ends", () => {
  assert.equal(meterPosition(-60), 0);
  assert.equal(meterPosition(-20), 0.5);
  assert.equal(meterPosition(0), 1);
  assert.equal(meterPosition(-200), 0);
  assert.equal(meterPosition(7), 1);
});

test("numbers and sizes follow the language", () => {
  teach("en", {});
  assert.equal(count(4512), "4,512");
  assert.equal(bytes(6_100_000), "6.1 MB");
  teach("cs", {});
  assert.equal(count(4512), "4\u00a0512");
});

test("a home number is grouped, another is left as it came", () => {
  assert.equal(phoneNumber("+420777000001"), "+420\u00a0777\u00a0000\u00a0001");
  assert.equal(phoneNumber("101"), "101");
  assert.equal(phoneNumber("+49301234567"), "+49301234567");
});

test("initials of one name and of many", () => {
  assert.equal(initials("Anna Malá"), "AM");
  assert.equal(initials("Boris"), "B");
  assert.equal(initials(""), "");
});

test("the plural is the language's own", () => {
  teach("cs", { "x.one": "{n} hovor", "x.few": "{n} hovory", "x.many": "{n} hovoru", "x.other": "{n} hovorů" });
  const hovory = (n: number) => tn("x" as never, n);
  assert.deepEqual([1, 3, 5, 1.5].map(hovory), ["1 hovor", "3 hovory", "5 hovorů", "1,5 hovoru"]);
});

test("a day of this year has no year", () => {
  teach("en", {});
  const now = Date.parse("2026-11-30T12:00:00Z");
  assert.equal(shortDay("2026-11-12T12:00:00Z", now), "Nov 12");
  assert.equal(shortDay("2025-11-12T12:00:00Z", now), "Nov 12, 2025");
});

test("a running time is told in whole minutes, in the reader's own words", () => {
  teach("en", {});
  assert.deepEqual([0, 59_999, 60_000, 3_700_000].map(minutes), ["", "", "1 minute", "61 minutes"]);
  teach("cs", {});
  assert.equal(minutes(120_000), "2 minuty");
});
