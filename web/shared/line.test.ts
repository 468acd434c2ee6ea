import assert from "node:assert/strict";
import { test } from "node:test";
import { Line, type Reply } from "./line";
import { StoppedTime } from "./testing/time";

interface Asked {
  what: string;
  body: string | undefined;
  answer(reply: Reply): Promise<void>;
}

/** Lets everything happen that waits for nothing but its turn. */
const settle = () => new Promise<void>((then) => setImmediate(then));

function scene() {
  const asked: Asked[] = [];
  const timers = new StoppedTime();
  const line = new Line(
    (method, path, body) =>
      new Promise<Reply>((then) => {
        const answer = (reply: Reply) => {
          then(reply);
          return settle();
        };
        asked.push({ what: `${method} ${path}`, body, answer });
      }),
    timers,
  );
  const heard: unknown[] = [];
  let ends = 0;
  line.onmessage = (e) => heard.push(JSON.parse(String(e.data)));
  line.onclose = () => {
    ends += 1;
  };
  const last = () => asked.at(-1) as Asked;
  const open = async () => {
    line.onopen = () => line.send("hello");
    timers.next();
    await last().answer({ status: 200, body: { line: "L", last: 1, frames: [{ id: 1 }], over: "" } });
  };
  const whats = () => asked.map((a) => a.what);
  return { line, asked, timers, heard, last, open, whats, ends: () => ends };
}

const batch = (last: number, frames: unknown[], over = ""): Reply => ({ status: 200, body: { last, frames, over } });

test("hello opens the line, and each answer is asked on from its last frame", async () => {
  const s = scene();
  await s.open();
  assert.equal(s.asked[0]?.body, "hello");
  await s.last().answer(batch(3, [{ seq: 1 }, { seq: 2 }]));
  await s.last().answer(batch(3, []));
  assert.deepEqual(s.whats(), ["POST ", "GET /L?after=1", "GET /L?after=3", "GET /L?after=3"]);
  assert.deepEqual(s.heard, [{ id: 1 }, { seq: 1 }, { seq: 2 }]);
});

test("a lost answer is asked for again, and nothing is heard twice", async () => {
  const s = scene();
  await s.open();
  for (const status of [0, 502, 504]) {
    await s.last().answer({ status });
    assert.equal(s.timers.next(), 1000);
    await settle();
    assert.equal(s.last().what, "GET /L?after=1");
  }
  await s.last().answer(batch(2, [{ seq: 1 }]));
  assert.equal(s.last().what, "GET /L?after=2");
  assert.equal(s.heard.length, 2);
  assert.equal(s.ends(), 0);
});

test("what is said while something is being said goes out together afterwards", async () => {
  const s = scene();
  await s.open();
  s.line.send("one");
  const one = s.last();
  s.line.send("two");
  s.line.send("three");
  assert.equal(one.body, "one");
  await one.answer({ status: 200, body: { taken: 1 } });
  assert.deepEqual([s.last().what, s.last().body], ["POST /L?first=2", "two\nthree"]);
  await s.last().answer({ status: 200, body: { taken: 3 } });
  s.line.send("four");
  assert.deepEqual([s.last().what, s.last().body], ["POST /L?first=4", "four"]);
});

test("what was said and perhaps not heard is said again under the same number", async () => {
  const s = scene();
  await s.open();
  s.line.send("one");
  await s.last().answer({ status: 0 });
  s.line.send("two");
  s.timers.next();
  await settle();
  assert.deepEqual([s.last().what, s.last().body], ["POST /L?first=1", "one\ntwo"]);
  await s.last().answer({ status: 200, body: { taken: 1 } }); // the server had heard the first
  assert.deepEqual([s.last().what, s.last().body], ["POST /L?first=2", "two"]);
});

test("much is said in several mouthfuls", async () => {
  const s = scene();
  await s.open();
  s.line.send("first");
  const long = "x".repeat(60_000);
  s.line.send(long);
  s.line.send(long);
  await s.asked[2]?.answer({ status: 200, body: { taken: 1 } });
  assert.equal(s.last().body?.length, 60_000);
});

test("a line ends once: when it is unknown, over, has a gap, is refused, or nothing comes any more", async () => {
  for (const [name, end] of Object.entries<(s: ReturnType<typeof scene>) => Promise<void>>({
    unknown: (s) => s.last().answer({ status: 404 }),
    over: (s) => s.last().answer(batch(2, [{ seq: 1 }], "closing")),
    gap: (s) => s.last().answer(batch(3, [{ seq: 2 }])),
    silent: async (s) => {
      for (let i = 0; i < 5; i++) {
        await s.last().answer({ status: 0 });
        if (i < 4) s.timers.next();
        await settle();
      }
    },
    "unknown while it says": async (s) => {
      s.line.send("one");
      await s.last().answer({ status: 404 });
      await s.asked[1]?.answer({ status: 404 });
    },
  })) {
    const s = scene();
    await s.open();
    await end(s);
    const asked = s.asked.length;
    assert.equal(s.ends(), 1, name);
    s.line.send("more");
    await settle();
    assert.equal(s.asked.length, asked, `${name}: nothing is asked any more`);
  }
  const s = scene();
  s.line.send("hello");
  await s.last().answer({ status: 200, body: { last: 1, frames: [{ id: 1, error: {} }], over: "refused" } });
  assert.deepEqual([s.heard.length, s.ends(), s.asked.length], [1, 1, 1]);
});

test("who closes a line tells the server, also when it is opened only then", async () => {
  const s = scene();
  await s.open();
  s.line.close();
  assert.equal(s.last().what, "DELETE /L");
  const late = scene();
  late.line.send("hello");
  const opening = late.last();
  late.line.close();
  await opening.answer({ status: 200, body: { line: "L", last: 1, frames: [{ id: 1 }], over: "" } });
  assert.deepEqual(late.whats(), ["POST ", "DELETE /L"]);
  assert.equal(late.heard.length, 0);
  assert.equal(late.ends(), 0);
});
