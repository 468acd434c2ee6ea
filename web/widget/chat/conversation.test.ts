import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kept } from "../../shared/chat/chat";
import type { Entry, VisitorSession } from "../../shared/protocol";
import { Refusal } from "../../shared/request";
import { Scripted } from "../../shared/testing/socket";
import { StoppedTime } from "../../shared/testing/time";
import { Visit } from "../visit/visit";
import { Conversation } from "./conversation";

const at = "2026-11-20T14:02:10.123Z";

function chat(state: VisitorSession["state"], more: Partial<VisitorSession> = {}): VisitorSession {
  const operator = state === "active" ? { name: "Anna", description: "Lamps" } : null;
  const times = { requested_at: at, accepted_at: null, ended_at: null };
  return {
    id: "s1",
    kind: "chat",
    state,
    place: 2,
    wait_ms: null,
    queue: "",
    operator,
    reason: "",
    n: 1,
    ...times,
    ...more,
  };
}

function said(n: number, from: "visitor" | "operator", text: string, id = `c${n}`): Entry {
  return { n, at, kind: "chat.said", by: { role: from, id: "", name: "" }, data: { id, from, name: "", text } };
}

const refusal = (code: string) => new Refusal(0, { code, title: "", detail: "" });

interface Asked {
  what: string;
  id: string;
  text: string;
  ok(answer?: unknown): void;
  refused(code: string): void;
}

/** A conversation whose server is in the test's hand. */
function scene(kept: Kept = { draft: "", unsent: [] }) {
  const sockets: Scripted[] = [];
  const timers = new StoppedTime();
  const asked: Asked[] = [];
  const memory = { kept, runs: [] as boolean[], reached: [] as boolean[] };
  const ask = <T>(what: string, id = "", text = "") =>
    new Promise<T>((ok, no) => {
      asked.push({ what, id, text, ok: (a) => ok(a as T), refused: (code) => no(refusal(code)) });
    });
  const visit = new Visit({
    open: () => {
      const s = new Scripted();
      sockets.push(s);
      return s;
    },
    hello: () => ({ widget: "shop", token: "T", language: "en", page: { url: "", title: "" } }),
    timers,
  });
  let names = 0;
  const c = new Conversation({
    visit,
    begin: (id, text, code) => ask<VisitorSession>(`begin${code}`, id, text),
    end: () => ask("end"),
    previews: () => true,
    runs: (on) => memory.runs.push(on),
    load: () => memory.kept,
    keep: (k) => {
      memory.kept = k;
    },
    reached: (on) => memory.reached.push(on),
    name: () => `m${++names}`,
    now: () => at,
    timers,
  });
  c.attach();
  const last = () => sockets.at(-1) as Scripted;
  let seq = 0;
  const welcome = (session: VisitorSession | null = null) => {
    seq = 0;
    last().onopen?.();
    last().says({ id: last().sent[0]?.id, ok: { now: at, session } });
  };
  const tell = (kind: string, data: unknown) => last().says({ seq: ++seq, at, kind, data });
  const sent = (what: string) => last().sent.filter((m) => m.do === what);
  const lines = () => c.chat.lines.value.flatMap((l) => (l.kind === "said" ? [`${l.state}:${l.text}`] : []));
  return { c, visit, sockets, timers, asked, memory, last, welcome, tell, sent, lines };
}

const settled = () => new Promise<void>((done) => setImmediate(done));

/** Begun with "Hello", connected, and waiting. */
async function begun() {
  const s = scene();
  s.c.say("Hello");
  s.asked[0]?.ok(chat("waiting"));
  await settled();
  s.welcome(chat("waiting"));
  s.tell("entry.added", { entry: said(1, "visitor", "Hello", "m1") });
  return s;
}

// M041: the first text is kept before anybody has come.
test("the first line begins the conversation, and stands in it while the visitor waits", async () => {
  const s = scene();
  assert.equal(s.c.scene.value, "start");
  s.c.say("Hello");
  assert.deepEqual(s.lines(), ["sending:Hello"]);
  assert.equal(s.sockets.length, 0, "nothing is connected before somebody asks for something");
  assert.deepEqual(
    s.asked.map((a) => [a.what, a.id, a.text]),
    [["begin", "m1", "Hello"]],
  );
  s.asked[0]?.ok(chat("waiting"));
  await settled();
  assert.equal(s.c.scene.value, "waiting");
  assert.deepEqual(s.memory.runs, [true]);
  s.welcome(chat("waiting"));
  s.tell("entry.added", { entry: said(1, "visitor", "Hello", "m1") });
  assert.deepEqual(s.lines(), ["sent:Hello"]);
  s.c.say("Are you there?");
  assert.deepEqual(s.sent("chat.say")[0]?.data, { id: "m2", text: "Are you there?" });
});

test("an answer that comes after what the connection has told does not turn the time back", async () => {
  const s = scene();
  s.visit.start();
  s.welcome(null);
  s.c.say("Hello");
  s.tell("session.changed", chat("active"));
  s.asked[0]?.ok(chat("waiting"));
  await settled();
  assert.equal(s.c.scene.value, "active");
  assert.equal(s.c.session.value?.operator?.name, "Anna");
});

// M025, I009
test("where it could not begin the text is back where it was written, with the reason", async () => {
  const s = scene();
  s.c.say("Hello");
  s.asked[0]?.refused("queue_full");
  await settled();
  assert.equal(s.c.scene.value, "start");
  assert.equal(s.c.problem.value?.code, "queue_full");
  assert.equal(s.c.chat.draft.value, "Hello");
  assert.deepEqual(s.lines(), []);
});

test("a first line that was cut off begins the same conversation again, not another one", async () => {
  const s = scene();
  s.c.say("Hello");
  s.asked[0]?.refused("unreachable");
  await settled();
  assert.deepEqual(s.lines(), ["sending:Hello"]);
  s.timers.next();
  assert.deepEqual(
    s.asked.map((a) => a.id),
    ["m1", "m1"],
  );
});

// I007
test("a page after this one comes back to what runs, with its unsent line and its draft", async () => {
  const s = scene({ draft: "and", unsent: [{ id: "m0", text: "Hello", at, refused: null }] });
  s.c.resume();
  s.welcome(chat("active"));
  await settled();
  assert.equal(s.c.scene.value, "active");
  assert.deepEqual(s.sent("chat.say")[0]?.data, { id: "m0", text: "Hello" });
  assert.deepEqual(s.sent("chat.draft")[0]?.data, { text: "and" });
});

test("a page that comes back to nothing forgets that there was something", () => {
  const s = scene();
  s.c.resume();
  assert.deepEqual(s.memory.runs, [], "not before the server has said so");
  s.welcome(null);
  assert.deepEqual(s.memory.runs, [false]);
  assert.equal(s.c.scene.value, "start");
});

// M080
test("what is being written is told while there is a conversation, and not as a line", async () => {
  const s = scene();
  s.c.write("Hel");
  assert.equal(s.sockets.length, 0);
  const r = await begun();
  r.c.write("Wh");
  assert.deepEqual(r.sent("chat.draft")[0]?.data, { text: "Wh" });
  r.c.say("When?");
  assert.deepEqual(
    r
      .last()
      .sent.slice(-2)
      .map((m) => [m.do, (m.data as { text: string }).text]),
    [
      ["chat.draft", ""],
      ["chat.say", "When?"],
    ],
  );
  assert.equal(r.lines().length, 2);
});

test("the operator's typing shows until the line comes, or until it is old", async () => {
  const s = await begun();
  s.tell("session.changed", chat("active"));
  s.tell("operator.typing", { on: true });
  assert.equal(s.c.typing.value, true);
  s.tell("entry.added", { entry: said(2, "operator", "Hi") });
  assert.equal(s.c.typing.value, false);
  s.tell("operator.typing", { on: true });
  assert.equal(s.timers.next(), 10_000);
  assert.equal(s.c.typing.value, false);
});

// B 28
test("a break is told after three seconds and only where something runs, and what was said in it goes out after it", async () => {
  const s = await begun();
  s.last().onclose?.();
  s.c.say("Still there?");
  assert.equal(s.timers.due.map((d) => d.ms).includes(3000), true);
  for (const due of [...s.timers.due].filter((d) => d.ms === 3000)) due.then();
  assert.equal(s.memory.reached.at(-1), false);
  await settled();
  assert.deepEqual(s.lines(), ["sent:Hello", "sending:Still there?"]);
  s.timers.due.find((d) => d.ms === 1000)?.then();
  s.welcome(chat("waiting"));
  assert.equal(s.memory.reached.at(-1), true);
  assert.deepEqual(s.sent("chat.say")[0]?.data, { id: "m2", text: "Still there?" });
});

test("what is over can be read, and another one begins empty", async () => {
  const s = await begun();
  const leaving = s.c.end();
  s.asked.at(-1)?.ok(chat("ended", { reason: "abandoned" }));
  await leaving;
  assert.equal(s.c.scene.value, "ended");
  assert.deepEqual(s.memory.runs.at(-1), false);
  assert.equal(s.lines().length, 1);
  s.c.again();
  assert.equal(s.c.scene.value, "start");
  assert.deepEqual(s.lines(), []);
});

// M055
test("a code opens what it was given for, and a wrong one says so", async () => {
  const s = scene();
  const wrong = s.c.enter("12340000");
  s.asked[0]?.refused("invitation_wrong");
  assert.equal(await wrong, false);
  assert.equal(s.c.problem.value?.code, "invitation_wrong");
  const right = s.c.enter("48210937");
  assert.deepEqual([s.asked[1]?.what, s.asked[1]?.text], ["begin48210937", ""]);
  s.asked[1]?.ok(chat("waiting", { kind: "invitation" }));
  assert.equal(await right, true);
  assert.equal(s.c.scene.value, "waiting");
});

// Several tabs of one visitor: one of them has begun anew.
test("a conversation that began in another tab is shown here, without the lines of the one before", async () => {
  const s = await begun();
  s.tell("session.changed", chat("ended"));
  s.tell("session.changed", chat("waiting", { id: "s2" }));
  s.tell("entry.added", { entry: said(1, "visitor", "Again", "x") });
  assert.equal(s.c.scene.value, "waiting");
  assert.deepEqual(s.lines(), ["sent:Again"]);
});
