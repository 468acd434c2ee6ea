import assert from "node:assert/strict";
import { test } from "node:test";
import { second } from "../../shared/clock";
import { me } from "../account";
import { at, operator, session } from "../testing/sessions";
import { sessions } from "./sessions";
import { patienceOf, redOfOthers } from "./silence";

// B 8: amber and red by the rules of who has it.
test("a visitor without an answer turns amber and then red", () => {
  const after = (seconds: number, more = {}) =>
    patienceOf(session("s", { unanswered_at: at, ...more }), Date.parse(at) + seconds * 1000);
  const all = [0, 59, 60, 179, 180, 4000].map((s) => after(s));
  assert.deepEqual(all, ["", "", "amber", "amber", "red", "red"]);
  assert.equal(after(10, { amber_ms: 5_000, red_ms: 10_000 }), "red");
  assert.equal(after(4000, { unanswered_at: null }), "");
});

test("a supervisor is shown the red sessions of others, and only those", () => {
  me.value = operator("sofia");
  const red = { unanswered_at: new Date(Date.now() - 200_000).toISOString() };
  sessions.value = [
    session("red", red),
    session("answered"),
    session("amber", { unanswered_at: new Date(Date.now() - 100_000).toISOString() }),
    session("over", { ...red, state: "wrap_up" }),
    session("mine", { ...red, operator: { id: "sofia", name: "Sofia" } }),
    session("nobody's", { ...red, state: "queued", operator: null }),
  ];
  second.value++;
  assert.deepEqual(
    redOfOthers.value.map((s) => s.id),
    ["red"],
  );
});
