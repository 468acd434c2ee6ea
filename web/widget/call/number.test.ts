import assert from "node:assert/strict";
import { test } from "node:test";
import { caretAfter, group, toE164 } from "./number";

const prefixes = ["+420", "+421"];

test("a number is grouped while it is typed", () => {
  assert.equal(group("+4207770", prefixes), "+420 777 0");
  assert.equal(group("+420777000001", prefixes), "+420 777 000 001");
  assert.equal(group("777000001", prefixes), "777 000 001");
  assert.equal(group("+420 777-000/001 abc", prefixes), "+420 777 000 001");
  assert.equal(group("", prefixes), "");
});

test("the caret stays behind the digit that was typed", () => {
  const typed = "+420 7970 000 01";
  const grouped = group(typed, prefixes);
  assert.equal(grouped, "+420 797 000 001");
  assert.equal(caretAfter(typed, 7, grouped), 7);
  assert.equal(caretAfter(typed, 9, grouped), 10, "the digit has moved into the next group");
});

// M049: an invalid number is refused in the widget too.
test("only a whole number that we call becomes E.164", () => {
  assert.equal(toE164("777 000 001", "+420", prefixes), "+420777000001");
  assert.equal(toE164("+421 905 123 456", "+420", prefixes), "+421905123456");
  assert.equal(toE164("00420 777000001", "+420", prefixes), "+420777000001");
  assert.equal(toE164("+420 777 000", "+420", prefixes), "");
  assert.equal(toE164("+49 30 1234567", "+420", prefixes), "");
  assert.equal(toE164("", "+420", prefixes), "");
  assert.equal(toE164("+420", "+420", prefixes), "");
});
