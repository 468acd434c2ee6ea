import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../testing/sessions";
import { patienceOf } from "./silence";

// B 8: amber after 60 s, red after 180.
test("a visitor without an answer turns amber and then red", () => {
  const after = (seconds: number) => patienceOf(at, Date.parse(at) + seconds * 1000);
  assert.deepEqual([0, 59, 60, 179, 180, 4000].map(after), ["", "", "amber", "amber", "red", "red"]);
  assert.equal(patienceOf(null, Date.now()), "");
});
