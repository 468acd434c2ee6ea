import assert from "node:assert/strict";
import { test } from "node:test";
import type { Author, Entry } from "../protocol";
import { Refusal } from "../request";
import { StoppedTime } from "../testing/time";
import { Chat, type Kept, type SaidLine } from "./chat";

interface Handed {
  id: string;
  text: string;
  stored(n: number): void;
  refused(code: string): void;
}

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 14, minute)).toISOString();

function said(n: number, from: Author, text: string, id = `s${n}`): Entry {
  const name = from === "operator" ? "Anna" : "";
  return { n, at: at(n), kind: "chat.said", by: { role: from, id: "", name }, data: { id, from, name, text } };
}

function seen(n: number, by: "visitor" | "operator", upto: number): Entry {
  return { n, at: at(n), kind: "chat.seen", by: { role: by, id: "", name: "" }, data: { by, upto } };
}

/** A visitor's chat whose way to the server is in the test's hand. */
function scene(kept: Kept = { draft: "", unsent: [] }) {
  const timers = new StoppedTime();
  const handed: Handed[] = [];
  const told: number[] = [];
  const memory = { kept };
  let names = 0;
  const chat = new Chat("visitor", {
    say: (id, text) =>
      new Promise((stored, refused) => {
        const problem = (code: string) => new Refusal(0, { code, title: "", detail: "" });
        handed.push({ id, text, stored: (n) => stored({ n }), refused: (code) => refused(problem(code)) });
      }),
    seen: (upto) => told.push(upto),
    load: () => memory.kept,
    keep: (k) => {
      memory.kept = k;
    },
    name: () => `m${++names}`,
    now: () => at(30),
    timers,
  });
  const shown = () => chat.lines.value.flatMap((l) => (l.kind === "said" ? [`${l.state}:${l.text}`] : []));
  return { chat, timers, handed, told, memory, shown };
}

/** Lets what waits for an answer go on. */
const settled = () => new Promise<void>((done) => setImmediate(done));

// B 28: each message shows sending, sent, seen.
test("a line is being sent, then sent, then seen, and stays the same line", async () => {
  const s = scene();
  s.chat.welcome();
  s.chat.write("Hello");
  s.chat.say("Hello");
  assert.equal(s.chat.draft.value, "");
  assert.deepEqual(s.shown(), ["sending:Hello"]);
  const key = s.chat.lines.value[0]?.key;
  s.handed[0]?.stored(2);
  await settled();
  assert.deepEqual(s.shown(), ["sent:Hello"]);
  s.chat.take(said(2, "visitor", "Hello", "m1"));
  assert.deepEqual(s.shown(), ["sent:Hello"]);
  assert.equal(s.chat.lines.value[0]?.key, key);
  s.chat.take(seen(3, "operator", 2));
  assert.deepEqual(s.shown(), ["seen:Hello"]);
});

test("lines go out one by one, in the order in which they were written", async () => {
  const s = scene();
  s.chat.welcome();
  for (const text of ["a", "b", "c"]) s.chat.say(text);
  assert.deepEqual(
    s.handed.map((h) => h.text),
    ["a"],
  );
  s.handed[0]?.stored(1);
  await settled();
  s.handed[1]?.stored(2);
  await settled();
  assert.deepEqual(
    s.handed.map((h) => h.text),
    ["a", "b", "c"],
  );
});

// B 28: unsent text after a broken connection is kept, and sent once.
test("a line that was cut off goes again under its own id, and the server's word about it ends that", async () => {
  const s = scene();
  s.chat.welcome();
  s.chat.say("Hello");
  s.handed[0]?.refused("unreachable");
  await settled();
  assert.deepEqual(s.shown(), ["sending:Hello"]);
  assert.equal(s.timers.next(), 2000);
  s.handed[1]?.refused("unreachable");
  await settled();
  s.chat.lost();
  s.chat.welcome();
  assert.deepEqual(
    s.handed.map((h) => h.id),
    ["m1", "m1", "m1"],
  );
  s.chat.take(said(1, "visitor", "Hello", "m1")); // the first one had come through
  s.handed[2]?.stored(1);
  await settled();
  assert.deepEqual(s.shown(), ["sent:Hello"]);
  s.chat.lost();
  s.chat.welcome();
  assert.equal(s.handed.length, 3, "what was told back is not sent again");
  assert.equal(s.timers.due.length, 0);
});

// I007
test("what was not told back outlives a reload, and so does the draft", async () => {
  const s = scene();
  s.chat.welcome();
  s.chat.say("Hello");
  s.chat.write("and one more th");
  const after = scene(s.memory.kept);
  assert.equal(after.chat.draft.value, "and one more th");
  assert.deepEqual(after.shown(), ["sending:Hello"]);
  after.chat.welcome();
  assert.deepEqual(
    after.handed.map((h) => h.id),
    ["m1"],
  );
});

test("a refused line says why, lets the next one pass, and goes again or away as its writer wants", async () => {
  const s = scene();
  s.chat.welcome();
  s.chat.say("too long");
  s.chat.say("short");
  s.handed[0]?.refused("message_too_long");
  await settled();
  assert.deepEqual(s.shown(), ["refused:too long", "sending:short"]);
  assert.equal((s.chat.lines.value[0] as SaidLine).refused?.code, "message_too_long");
  assert.equal(s.handed[1]?.text, "short");
  s.chat.retry("m1");
  assert.deepEqual(s.shown(), ["sending:too long", "sending:short"]);
  s.handed[1]?.stored(1);
  await settled();
  assert.equal(s.handed[2]?.id, "m1");
  s.handed[2]?.refused("message_too_long");
  await settled();
  s.chat.drop("m1");
  assert.deepEqual(s.shown(), ["sent:short"]);
});

test("entries stand in the order of their numbers, each once", () => {
  const s = scene();
  s.chat.take(said(5, "operator", "five"));
  s.chat.welcome([said(1, "visitor", "one"), said(2, "operator", "two"), said(5, "operator", "five")]);
  s.chat.take(said(4, "visitor", "four"));
  assert.deepEqual(s.shown(), ["sent:one", ":two", "sent:four", ":five"]);
});

test("what came without its beginning does not hide the gap before it", () => {
  const s = scene();
  s.chat.welcome([said(1, "operator", "one"), said(2, "operator", "two")]);
  assert.equal(s.chat.since, 2);
  s.chat.lost();
  s.chat.take(said(5, "operator", "five"));
  assert.equal(s.chat.since, 2);
  s.chat.welcome([said(3, "operator", "three"), said(4, "operator", "four"), said(5, "operator", "five")]);
  assert.equal(s.chat.since, 5);
  assert.equal(s.chat.lines.value.length, 5);
});

test("unread are others' lines that nobody on this side has seen; reading says so once", () => {
  const s = scene();
  s.chat.welcome();
  s.chat.read();
  assert.deepEqual(s.told, []);
  s.chat.take(said(1, "visitor", "a"));
  s.chat.take(said(2, "operator", "b"));
  s.chat.take(said(3, "system", "c"));
  assert.equal(s.chat.unread.value, 2);
  s.chat.read();
  s.chat.read();
  assert.deepEqual(s.told, [3]);
  s.chat.take(seen(4, "visitor", 3));
  assert.equal(s.chat.unread.value, 0);
  s.chat.lost();
  s.chat.welcome();
  s.chat.read();
  assert.deepEqual(s.told, [3], "the server knows already");
});

test("a word of having read that was lost with its connection is said again", () => {
  const s = scene();
  s.chat.welcome([said(1, "operator", "a")]);
  s.chat.read();
  s.chat.lost();
  s.chat.welcome();
  s.chat.read();
  assert.deepEqual(s.told, [1, 1]);
});

test("other facts stand in the log for the page to say or to leave out", () => {
  const s = scene();
  s.chat.welcome([
    {
      n: 1,
      at: at(1),
      kind: "session.accepted",
      by: { role: "operator", id: "", name: "Anna" },
      data: { name: "Anna", description: "" },
    },
  ]);
  const [line] = s.chat.lines.value;
  assert.ok(line?.kind === "told" && line.entry.kind === "session.accepted");
});

test("a new conversation begins empty, with what is being written", () => {
  const s = scene();
  s.chat.welcome([said(1, "operator", "a")]);
  s.chat.write("hm");
  s.chat.reset();
  assert.deepEqual(s.chat.lines.value, []);
  assert.equal(s.chat.since, 0);
  assert.equal(s.chat.draft.value, "hm");
  s.chat.take(said(1, "operator", "b"));
  assert.deepEqual(s.shown(), [":b"]);
});
