import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry, VisitorSession } from "../../shared/protocol";
import { Scripted } from "../../shared/testing/socket";
import { StoppedTime } from "../../shared/testing/time";
import { type Listener, Visit } from "./visit";

const at = "2026-11-20T14:02:10.123Z";

function chat(id: string, more: Partial<VisitorSession> = {}): VisitorSession {
  return {
    id,
    kind: "chat",
    state: "active",
    place: 0,
    wait_ms: null,
    queue: "Orders",
    operator: { name: "Anna", description: "" },
    reason: "",
    requested_at: at,
    accepted_at: at,
    ended_at: null,
    n: 0,
    ...more,
  };
}

function said(n: number): Entry {
  const data = { id: `c${n}`, from: "operator" as const, name: "Anna", text: `text ${n}` };
  return { n, at, kind: "chat.said", by: { role: "operator", id: "", name: "Anna" }, data };
}

function scene() {
  const sockets: Scripted[] = [];
  const timers = new StoppedTime();
  const visit = new Visit({
    open: () => {
      const s = new Scripted();
      sockets.push(s);
      return s;
    },
    hello: () => ({ widget: "shop", token: "T", language: "cs", page: { url: "https://shop/a", title: "A" } }),
    timers,
  });
  const last = () => sockets.at(-1) as Scripted;
  let seq = 0;
  return {
    visit,
    sockets,
    timers,
    last,
    since: () => (last().sent[0] as { data: { since: number } }).data.since,
    welcome: (session: VisitorSession | null = null) => {
      seq = 0;
      last().onopen?.();
      last().says({ id: last().sent[0]?.id, ok: { now: at, session } });
    },
    tell: (kind: string, data: unknown) => last().says({ seq: ++seq, at, kind, data }),
  };
}

/** What a listener heard, as words. */
function ear(): Listener & { heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    session: (s) => heard.push(s ? `${s.id} ${s.state}` : "none"),
    entry: (e) => heard.push(`n${e.n}`),
    link: (up) => heard.push(up ? "up" : "down"),
  };
}

test("the first word says who it is, on which page, and what is known already", () => {
  const s = scene();
  s.visit.start();
  s.visit.start();
  s.welcome(chat("1"));
  assert.equal(s.sockets.length, 1);
  const page = { url: "https://shop/a", title: "A" };
  assert.deepEqual(s.last().sent[0]?.data, {
    as: "visitor",
    widget: "shop",
    token: "T",
    language: "cs",
    page,
    since: 0,
  });
});

test("who listens late hears all of it, in the order in which it came", () => {
  const s = scene();
  s.visit.start();
  s.welcome(chat("1"));
  s.tell("entry.added", { entry: said(1) });
  s.tell("entry.added", { entry: said(2) });
  s.tell("entry.added", { entry: said(2) });
  const late = ear();
  s.visit.listen(late);
  assert.deepEqual(late.heard, ["1 active", "n1", "n2", "up"]);
  s.tell("session.changed", chat("1", { state: "ended" }));
  assert.equal(late.heard.at(-1), "1 ended");
});

// I007
test("after a break it asks for what it has not, and only for that", () => {
  const s = scene();
  const e = ear();
  s.visit.listen(e);
  s.visit.start();
  s.welcome(chat("1"));
  s.tell("entry.added", { entry: said(1) });
  s.last().onclose?.();
  s.timers.next();
  s.welcome(chat("1"));
  assert.equal(s.since(), 1);
  s.tell("entry.added", { entry: said(2) });
  assert.deepEqual(e.heard, ["none", "down", "1 active", "up", "n1", "down", "1 active", "up", "n2"]);
});

// Two tabs: the other one has begun anew while this one was away.
test("a session that began elsewhere meanwhile is read from its beginning", () => {
  const s = scene();
  const e = ear();
  s.visit.listen(e);
  s.visit.start();
  s.welcome(chat("1"));
  for (const n of [1, 2, 3]) s.tell("entry.added", { entry: said(n) });
  s.last().onclose?.();
  s.timers.next();
  s.welcome(chat("2"));
  assert.equal(s.sockets.length, 3);
  s.welcome(chat("2"));
  assert.equal(s.since(), 0);
  s.tell("entry.added", { entry: said(1) });
  assert.equal(e.heard.at(-1), "n1");
});

test("what is over can be read until it is put away, whatever the server still knows of it", () => {
  const s = scene();
  const e = ear();
  s.visit.listen(e);
  s.visit.start();
  s.welcome(chat("1"));
  s.tell("entry.added", { entry: said(1) });
  s.tell("session.changed", chat("1", { state: "ended", reason: "talked" }));
  s.last().onclose?.();
  s.timers.next();
  s.welcome(null);
  assert.equal(s.visit.session?.state, "ended");
  s.visit.forget();
  assert.equal(s.visit.session, null);
  assert.equal(e.heard.at(-1), "none");
  s.last().onclose?.();
  s.timers.next();
  s.welcome(null);
  assert.equal(s.since(), 0);
});
