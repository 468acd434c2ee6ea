import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { me } from "../account";
import { calls, takeCall } from "../state";
import { event, operator, said, session } from "../testing/sessions";
import { drafts, own, sessionByID, sessionOfCall, sessions, takeSessionEvent, toFinish } from "./sessions";

const tell = (e: Parameters<typeof event>[0]) => takeSessionEvent(event(e));
const snapshot = (...all: ReturnType<typeof session>[]) =>
  tell({ kind: "desk.snapshot", data: { places: [], people: [], calls: [], offers: [], sessions: all } });
const ids = () => own.value.map((s) => s.id);
const draft = (id: string) => drafts.value.get(id);

beforeEach(() => {
  me.value = operator("anna");
  snapshot();
});

test("my sessions are those that I have and that wait for my OK; those of others are known and not mine", () => {
  snapshot(
    session("mine"),
    session("finish", { state: "wrap_up" }),
    session("boris", { operator: { id: "boris", name: "" } }),
  );
  assert.deepEqual(ids(), ["mine", "finish"]);
  assert.deepEqual(
    toFinish.value.map((s) => s.id),
    ["finish"],
  );
  assert.equal(sessions.value.length, 3);
});

// M184: only OK takes it from the desk.
test("a session stays through its end and goes with its OK", () => {
  tell({ kind: "session.changed", data: session("one") });
  tell({ kind: "session.changed", data: session("one", { state: "wrap_up" }) });
  assert.deepEqual(ids(), ["one"]);
  tell({ kind: "session.changed", data: session("one", { state: "closed" }) });
  assert.deepEqual(ids(), []);
});

// M160: it moves.
test("a session that goes to somebody else is no longer mine", () => {
  snapshot(session("one"), session("two"));
  tell({ kind: "session.changed", data: session("one", { operator: { id: "boris", name: "Boris" } }) });
  assert.deepEqual(ids(), ["two"]);
  tell({ kind: "session.left", data: { id: "one" } });
  assert.equal(sessionByID("one"), undefined);
});

// M080, M082: the word becomes the message, and is never both.
test("what a visitor writes is shown until it is said, and is forgotten with a new line", () => {
  snapshot(session("one"));
  tell({ kind: "draft.changed", data: { session: "one", text: "abc" } });
  assert.equal(draft("one"), "abc");
  tell({ kind: "entry.added", data: { session: "one", entry: said(1, "operator") } });
  assert.equal(draft("one"), "abc", "an answer of ours changes nothing");
  tell({ kind: "entry.added", data: { session: "one", entry: said(2, "visitor", "abc") } });
  assert.equal(draft("one"), undefined);
  tell({ kind: "draft.changed", data: { session: "one", text: "d" } });
  tell({ kind: "draft.changed", data: { session: "one", text: "" } });
  assert.equal(draft("one"), undefined);
  tell({ kind: "draft.changed", data: { session: "one", text: "e" } });
  snapshot(session("one"));
  assert.equal(draft("one"), undefined);
});

test("the call of a session goes from the desk with it", () => {
  calls.value = [];
  takeCall({ id: "c", state: "ended" } as Parameters<typeof takeCall>[0]);
  snapshot(session("one", { call: "c" }));
  assert.equal(sessionOfCall("c")?.id, "one");
  assert.equal(sessionOfCall(""), undefined);
  tell({ kind: "session.changed", data: session("one", { call: "c", state: "closed" }) });
  assert.equal(sessionOfCall("c"), undefined);
});
