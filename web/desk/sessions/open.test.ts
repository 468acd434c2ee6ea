import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Call } from "../../shared/protocol";
import { me } from "../account";
import { calls } from "../state";
import { event, later, operator, session } from "../testing/sessions";
import { choose, listed, lonelyCall, openCall, openSession, step } from "./open";
import { takeSessionEvent } from "./sessions";

const snapshot = (...all: ReturnType<typeof session>[]) =>
  takeSessionEvent(
    event({ kind: "desk.snapshot", data: { places: [], people: [], calls: [], offers: [], sessions: all } }),
  );
const change = (s: ReturnType<typeof session>) => takeSessionEvent(event({ kind: "session.changed", data: s }));
const open = () => openSession.value?.id;

const early = session("early", { accepted_at: later(0) });
const middle = session("middle", { accepted_at: later(10) });
const late = session("late", { accepted_at: later(20) });

const talk = (more: Partial<Call>) => ({ id: "c", state: "talking", agent: { id: "anna" }, ...more }) as Call;

beforeEach(() => {
  me.value = operator("anna");
  calls.value = [];
  choose("");
  snapshot(late, early, middle);
});

test("the list has the oldest first and what waits for its OK last", () => {
  change({ ...early, state: "wrap_up" });
  assert.deepEqual(
    listed.value.map((s) => s.id),
    ["middle", "late", "early"],
  );
});

test("what is chosen stays open until it is gone; then the first of the list is", () => {
  assert.equal(open(), "early");
  choose("late");
  assert.equal(open(), "late");
  change(session("newest", { accepted_at: later(30) }));
  assert.equal(open(), "late");
  change({ ...late, state: "closed" });
  assert.equal(open(), "early");
  snapshot();
  assert.equal(open(), undefined);
});

// M031: previous and next go round.
test("previous and next go through all that is open, and round", () => {
  choose("early");
  const visited = [1, 1, 1, -1].map((by) => {
    step(by as 1 | -1);
    return open();
  });
  assert.deepEqual(visited, ["middle", "late", "early", "late"]);
  snapshot();
  assert.equal(step(1), false, "the key is left to others");
});

test("a call that belongs to a session is opened with it; one between colleagues stands for itself", () => {
  calls.value = [talk({})];
  assert.equal(lonelyCall.value?.id, "c");
  choose("c");
  assert.equal(open(), undefined);
  assert.equal(openCall.value?.id, "c");
  change({ ...middle, kind: "voice", call: "c" });
  assert.equal(lonelyCall.value, undefined);
  choose("middle");
  assert.equal(openCall.value?.id, "c");
  choose("late");
  assert.equal(openCall.value, undefined);
});
