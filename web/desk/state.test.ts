import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Call, Event, Member, Place } from "../shared/protocol";
import { may, maySupervise, me } from "./account";
import { address, parse } from "./route";
import { calls, finish, meter, mine, myself, offers, people, places, takeEvent, waiting, watched } from "./state";

const at = "2026-11-20T14:02:10.000Z";
let seq = 0;
const tell = (e: Pick<Event, "kind" | "data">) => takeEvent({ seq: ++seq, at, ...e } as Event);

const place = (id: string, since: string): Place => ({
  id,
  kind: "callback",
  name: id,
  number: "",
  queue: "Orders",
  language: "cs",
  since,
  place: 1,
  wait_ms: null,
  why: null,
  state: "waiting",
  offered_to: "",
  for: null,
  session: "",
  callback: id,
});

const call = (id: string, agent: string, state: Call["state"], started = at): Call => ({
  id,
  kind: "callback",
  state,
  queue: "Orders",
  started_at: started,
  talked_at: null,
  ended_at: null,
  cause: "",
  client: { party: `${id}c`, name: "Jan", number: "", phone: "", by: "", state: "away" },
  agent: { party: `${id}a`, id: agent, name: agent, phone: "101", by: "phone", state: "ringing" },
  hears: [],
  recorded: false,
  comment: "",
});

const snapshot = (more: Partial<{ places: Place[]; people: Member[]; calls: Call[] }> = {}) =>
  tell({ kind: "desk.snapshot", data: { places: [], people: [], calls: [], offers: [], ...more } });

/** As functions, so that each look is a new one. */
const own = () => mine.value;
const metered = () => meter.value;

beforeEach(() => {
  calls.value = [];
  me.value = {
    id: "anna",
    login: "anna",
    name: "Anna",
    public_name: "Anna",
    rank: "operator",
    phone: "101",
    robot: false,
    answer_on: "both",
  };
  snapshot();
});

test("who waits longest stands first, and goes when the place is left", () => {
  tell({ kind: "place.changed", data: place("late", "2026-11-20T14:01:00.000Z") });
  tell({ kind: "place.changed", data: place("early", "2026-11-20T14:00:00.000Z") });
  assert.deepEqual(
    waiting.value.map((p) => p.id),
    ["early", "late"],
  );
  tell({ kind: "place.left", data: { id: "early", reason: "accepted" } });
  assert.deepEqual(
    places.value.map((p) => p.id),
    ["late"],
  );
});

test("an offer is shown once and goes when it ends", () => {
  const offer = { place: place("p", at), ends_at: at };
  tell({ kind: "offer.made", data: offer });
  tell({ kind: "offer.made", data: offer });
  assert.equal(offers.value.length, 1);
  tell({ kind: "offer.ended", data: { place: "p", reason: "taken", who: "Boris" } });
  assert.equal(offers.value.length, 0);
});

test("my call is the one I am the agent of, and stays after its end until it is put away", () => {
  tell({ kind: "call.changed", data: call("other", "boris", "talking") });
  assert.equal(own(), undefined);
  tell({ kind: "call.changed", data: call("first", "anna", "talking") });
  tell({ kind: "call.changed", data: call("first", "anna", "ended") });
  assert.equal(own()?.state, "ended");
  tell({ kind: "call.changed", data: call("second", "anna", "ringing_agent", "2026-11-20T14:03:00.000Z") });
  assert.equal(own()?.id, "second");
  tell({ kind: "call.changed", data: call("second", "anna", "ended", "2026-11-20T14:03:00.000Z") });
  finish("second");
  finish("first");
  assert.equal(own(), undefined);
});

test("a snapshot replaces what was known; only ended calls are kept", () => {
  tell({ kind: "place.changed", data: place("gone", at) });
  tell({ kind: "call.changed", data: call("ran", "boris", "talking") });
  tell({ kind: "call.changed", data: call("over", "boris", "ended") });
  snapshot({ calls: [call("now", "boris", "talking")] });
  assert.deepEqual(places.value, []);
  assert.deepEqual(calls.value.map((c) => c.id).sort(), ["now", "over"]);
});

test("only the watched call's levels are shown", () => {
  const m = { frame: 0, levels: [], cells: [], guard: { outside: 0, granted: 0, stopped: 0 } };
  watched.value = "one";
  tell({ kind: "call.metered", data: { call: "two", ...m } });
  assert.equal(metered(), null);
  tell({ kind: "call.metered", data: { call: "one", ...m } });
  assert.equal(metered()?.call, "one");
});

test("my own row is found among the people", () => {
  const row: Member = {
    id: "anna",
    name: "Anna",
    rank: "operator",
    robot: false,
    phone: "101",
    phone_registered: true,
    answer_on: "both",
    sound: false,
    status: "online",
    since: at,
    chosen: "online",
    reason: "",
    unanswered: false,
    chats: 0,
    chat_limit: 3,
    wrap_ups: 0,
    wrap_up_since: null,
    queue: "Orders",
    call: null,
    supervised_by: null,
  };
  tell({ kind: "member.changed", data: row });
  tell({ kind: "member.changed", data: { ...row, status: "pause" } });
  assert.equal(people.value.length, 1);
  assert.equal(myself.value?.status, "pause");
});

// I019: barge is a right of its own.
test("each mode of supervision is a right of its own", () => {
  may.value = new Set(["supervision.listen", "supervision.whisper"]);
  assert.deepEqual((["listen", "whisper", "barge"] as const).map(maySupervise), [true, true, false]);
});

test("every place in the desk has an address that leads back to it", () => {
  for (const route of [
    { page: "desk" },
    { page: "team" },
    { page: "missed" },
    { page: "visitors" },
    { page: "day" },
    { page: "bans" },
    { page: "card", call: "0199-a" },
    { page: "records" },
    { page: "record", call: "0199-b" },
  ] as const) {
    assert.deepEqual(parse(address(route)), route);
  }
  assert.deepEqual(parse("#/nowhere"), { page: "desk" });
  assert.deepEqual(parse(""), { page: "desk" });
});
