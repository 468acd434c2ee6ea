import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, Problem, Welcome } from "./protocol";
import type { Refusal } from "./request";
import { Scripted } from "./testing/socket";
import { StoppedTime } from "./testing/time";
import { Transport } from "./transport";

function scene() {
  const sockets: Scripted[] = [];
  const timers = new StoppedTime();
  const told: { welcomes: Welcome[]; events: Event[]; refused: Problem[]; links: boolean[] } = {
    welcomes: [],
    events: [],
    refused: [],
    links: [],
  };
  const transport = new Transport(
    (plain) => {
      const s = new Scripted(plain);
      sockets.push(s);
      return s;
    },
    () => ({ as: "desk", token: "T", language: "cs" }),
    {
      welcome: (w) => told.welcomes.push(w),
      event: (e) => told.events.push(e),
      refused: (p) => told.refused.push(p),
      link: (up) => told.links.push(up),
    },
    timers,
  );
  const last = () => sockets.at(-1) as Scripted;
  const welcome = () => {
    last().onopen?.();
    last().says({ id: last().sent[0]?.id, ok: { now: "2026-11-20T14:02:10.123Z" } });
  };
  return { transport, sockets, timers, told, last, welcome };
}

const event = (seq: number, kind = "member.changed") => ({ seq, at: "2026-11-20T14:02:11.000Z", kind, data: {} });

test("hello is the first word, and the link is up only after the welcome", () => {
  const s = scene();
  s.transport.start();
  s.last().onopen?.();
  assert.deepEqual(s.last().sent, [{ id: 1, do: "hello", data: { as: "desk", token: "T", language: "cs" } }]);
  assert.deepEqual(s.told.links, []);
  s.last().says({ id: 1, ok: { now: "2026-11-20T14:02:10.123Z" } });
  assert.deepEqual(s.told.links, [true]);
  assert.equal(s.told.welcomes[0]?.now, "2026-11-20T14:02:10.123Z");
});

test("a broken line comes again after pauses that double from half a second to eight", () => {
  const s = scene();
  s.transport.start();
  const pauses: number[] = [];
  for (let i = 0; i < 6; i++) {
    s.last().onclose?.();
    pauses.push(s.timers.next());
  }
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 8000, 8000]);
  s.welcome();
  s.last().onclose?.();
  assert.equal(s.timers.next(), 1000, "a welcome forgives the tries before it");
});

test("a gap in seq is answered by coming again, and the late event is not shown", () => {
  const s = scene();
  s.transport.start();
  s.welcome();
  s.last().says(event(1));
  s.last().says(event(3));
  assert.equal(s.told.events.length, 1);
  assert.ok(s.sockets[0]?.closed);
  assert.deepEqual(s.told.links, [true, false]);
  s.timers.next();
  assert.equal(s.sockets.length, 2);
});

test("seq begins anew with each connection", () => {
  const s = scene();
  s.transport.start();
  s.welcome();
  for (const n of [1, 2, 3]) s.last().says(event(n));
  s.last().onclose?.();
  s.timers.next();
  s.welcome();
  s.last().says(event(1));
  assert.equal(s.told.events.length, 4);
});

test("server.closing is told and then the line comes again", () => {
  const s = scene();
  s.transport.start();
  s.welcome();
  s.last().says(event(1, "server.closing"));
  assert.equal(s.told.events[0]?.kind, "server.closing");
  assert.equal(s.timers.due.length, 1);
});

test("a refused hello is told once and not tried again", () => {
  const s = scene();
  s.transport.start();
  s.last().onopen?.();
  s.last().says({ id: 1, error: { code: "login_needed", title: "Please log in.", detail: "" } });
  assert.deepEqual(
    s.told.refused.map((p) => p.code),
    ["login_needed"],
  );
  assert.equal(s.timers.due.length, 0);
  assert.ok(s.last().closed);
});

test("what a page says later goes out only while the line is up, and its answer is not taken for a welcome", () => {
  const s = scene();
  s.transport.start();
  s.transport.say("watch", { call: "c" });
  s.welcome();
  s.transport.say("watch", { call: "c" });
  assert.deepEqual(
    s.last().sent.map((m) => m.do),
    ["hello", "watch"],
  );
  s.last().says({ id: 2, error: { code: "call_unknown", title: "", detail: "" } });
  assert.equal(s.told.welcomes.length, 1);
  assert.equal(s.told.refused.length, 0);
});

test("after stop nothing comes again", () => {
  const s = scene();
  s.transport.start();
  s.welcome();
  const first = s.last();
  s.transport.stop();
  first.onclose?.();
  assert.equal(s.timers.due.length, 0);
  assert.equal(s.sockets.length, 1);
});

test("an answer goes to who asked, and a refusal too", async () => {
  const { transport, last, welcome } = scene();
  transport.start();
  welcome();
  const [first, second] = [transport.ask("sound.take", {}), transport.ask("sound.offer", { leg: "1" })];
  const [, take, offer] = last().sent;
  assert.equal(offer?.do, "sound.offer");
  last().says({ id: offer?.id, error: { code: "leg_unknown", title: "No such leg.", detail: "" } });
  last().says({ id: take?.id, ok: { here: true } });
  assert.deepEqual(await first, { here: true });
  await assert.rejects(second, (r: Refusal) => r.problem.code === "leg_unknown");
});

test("what was asked on a line that is lost, or before there is one, is refused at once", async () => {
  const { transport, timers, last, welcome } = scene();
  const unreachable = (r: Refusal) => r.problem.code === "unreachable";
  transport.start();
  await assert.rejects(transport.ask("sound.take", {}), unreachable);
  welcome();
  const cut = transport.ask("sound.take", {});
  last().onclose?.();
  await assert.rejects(cut, unreachable);
  timers.next();
  welcome();
  const stopped = transport.ask("sound.take", {});
  assert.equal(last().sent.at(-1)?.do, "sound.take");
  transport.stop();
  await assert.rejects(stopped, unreachable);
});

test("a question without an answer for 5 s breaks the line, which comes again", async () => {
  const s = scene();
  s.transport.start();
  s.welcome();
  const asked = s.transport.ask("sound.offer", {});
  assert.equal(s.timers.next(), 5000);
  await assert.rejects(asked, (r: Refusal) => r.problem.code === "unreachable");
  assert.ok(s.sockets[0]?.closed);
  assert.deepEqual(s.told.links, [true, false]);
  s.timers.next();
  s.welcome();
  const answered = s.transport.ask("sound.offer", {});
  s.last().says({ id: s.last().sent.at(-1)?.id, ok: {} });
  await answered;
  assert.equal(s.timers.due.length, 0, "an answer puts the limit away");
});

test("hurry comes again without the pause, and does nothing to a line that is up", () => {
  const s = scene();
  s.transport.start();
  s.welcome();
  s.transport.hurry();
  assert.equal(s.sockets.length, 1);
  s.last().onclose?.();
  s.transport.hurry();
  assert.equal(s.sockets.length, 2);
  assert.deepEqual(
    s.timers.due.map((d) => d.ms),
    [10_000],
    "no pause is waited for",
  );
});

const kinds = (s: ReturnType<typeof scene>) => s.sockets.map((one) => (one.plain ? "plain" : "socket")).join(" ");

test("after two WebSockets that were never welcomed plain requests are used, and a lost line tries a WebSocket again", () => {
  const s = scene();
  s.transport.start();
  s.last().onclose?.();
  s.timers.next();
  s.last().onopen?.(); // it opens, and ends before a word has come
  s.last().onclose?.();
  s.timers.next();
  assert.equal(kinds(s), "socket socket plain");
  s.welcome();
  assert.equal(s.told.links.at(-1), true);
  s.last().onclose?.();
  s.timers.next();
  assert.equal(kinds(s), "socket socket plain socket", "once more");
  s.last().onclose?.();
  s.timers.next();
  assert.equal(kinds(s), "socket socket plain socket plain", "and not twice");
});

test("a WebSocket that was welcomed once is not given up for breaking", () => {
  const s = scene();
  s.transport.start();
  for (let i = 0; i < 5; i++) {
    s.welcome();
    s.last().onclose?.();
    s.timers.next();
  }
  assert.equal(kinds(s), "socket socket socket socket socket socket");
});

test("a line that is not welcomed within 10 s counts as one that did not open", () => {
  const s = scene();
  s.transport.start();
  s.last().onopen?.();
  for (let i = 0; i < 2; i++) {
    assert.equal(s.timers.next(), 10_000);
    s.timers.next();
  }
  assert.equal(kinds(s), "socket socket plain");
});

test("plain requests make room for a WebSocket as soon as one opens, which is tried more and more rarely", () => {
  const s = scene();
  s.transport.start();
  for (let i = 0; i < 2; i++) {
    s.last().onclose?.();
    s.timers.next();
  }
  s.welcome();
  assert.equal(s.timers.next(), 5 * 60_000);
  s.last().onclose?.();
  assert.equal(s.told.links.at(-1), true, "the line is not touched by a try that fails");
  assert.equal(s.timers.next(), 10 * 60_000);
  const line = s.sockets[2];
  const tried = s.last();
  tried.onopen?.();
  assert.ok(line?.closed && tried.closed);
  assert.equal(kinds(s), "socket socket plain socket socket socket");
  assert.ok(!s.last().closed);
  s.welcome();
  assert.deepEqual(s.told.links.slice(-2), [false, true]);
  assert.equal(s.timers.due.length, 0);
});

test("after stop no WebSocket is tried any more", () => {
  const s = scene();
  s.transport.start();
  for (let i = 0; i < 2; i++) {
    s.last().onclose?.();
    s.timers.next();
  }
  s.welcome();
  s.timers.next();
  s.transport.stop();
  assert.ok(s.sockets.slice(2).every((one) => one.closed)); // the first two have ended by themselves
  assert.equal(s.timers.due.length, 0);
});
