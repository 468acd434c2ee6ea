import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, { location: { search: "" }, sessionStorage: { getItem: () => null } });
const { filters, isNumber } = await import("./search");

test("what people write numbers with is searched as a number", () => {
  for (const text of ["777 000 001", "+420777000001", "00420 777-000-001", "(777) 000.001", "101"])
    assert.ok(isNumber(text), text);
  for (const text of ["", "Jan", "Jan 777", "+", "- -", "Ёлкин"]) assert.ok(!isNumber(text), text);
});

test("the filters hold what was typed and when it was", () => {
  const now = Date.UTC(2026, 10, 21, 12);
  assert.equal(filters(" +420 777 ", "all", now).toString(), "number=%2B420+777");
  assert.equal(filters("Žofie", "week", now).get("text"), "Žofie");
  assert.equal(filters("Žofie", "week", now).get("from"), "2026-11-14T12:00:00.000Z");
  assert.equal(filters("", "month", now).get("from"), "2026-10-22T12:00:00.000Z");
  assert.equal(filters("", "all", now).toString(), "");
});
