import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../request";
import { StoppedTime } from "../testing/time";
import { Line } from "./line";
import type { Peer, PeerEars } from "./peer";

const settled = () => new Promise((done) => setImmediate(done));

/** A connection by script. */
class Scripted implements Peer {
  answers: string[] = [];
  tracks: unknown[] = [];
  digits = "";
  packets = 0;
  closed = false;
  constructor(
    track: MediaStreamTrack | null,
    readonly ears: PeerEars,
  ) {
    this.tracks.push(track);
  }
  offer = async () => "offer";
  answer = async (sdp: string) => {
    this.answers.push(sdp);
  };
  send = async (track: MediaStreamTrack | null) => {
    this.tracks.push(track);
  };
  press(digit: string): boolean {
    this.digits += digit;
    return true;
  }
  received = async () => this.packets;
  close(): void {
    this.closed = true;
  }
}

function scene() {
  const peers: Scripted[] = [];
  const offers: string[] = [];
  const timers = new StoppedTime();
  const server: { refuses: string } = { refuses: "" };
  const line = new Line("leg", {
    offer: async (leg) => {
      offers.push(leg);
      if (server.refuses) throw new Refusal(0, { code: server.refuses, title: "", detail: "" });
      return `answer ${offers.length}`;
    },
    sound: () => {},
    peer: (track, ears) => {
      const p = new Scripted(track, ears);
      peers.push(p);
      return p;
    },
    timers,
  });
  const last = () => peers.at(-1) as Scripted;
  const connect = async () => {
    await settled();
    last().ears.connected();
  };
  const next = async () => {
    const ms = timers.next();
    await settled();
    return ms;
  };
  return { next, line, peers, offers, timers, server, last, connect };
}

const track = (name: string) => name as unknown as MediaStreamTrack;

test("the offer goes out at once, and a microphone that comes later is put into the same connection", async () => {
  const s = scene();
  s.line.open();
  await s.connect();
  assert.equal(s.line.state.value, "connected");
  assert.deepEqual(s.last().answers, ["answer 1"]);
  await s.line.send(track("late"));
  assert.deepEqual(s.last().tracks, [null, "late"]);
  assert.equal(s.offers.length, 1);
});

test("a line that is lost offers anew with the same voice, and is back", async () => {
  const s = scene();
  s.line.open(track("mine"));
  await s.connect();
  s.last().ears.lost();
  assert.equal(s.line.state.value, "lost");
  assert.equal(await s.next(), 0, "the first new offer waits for nothing");
  assert.equal(s.peers.length, 2);
  assert.ok(s.peers[0]?.closed);
  assert.deepEqual(s.last().tracks, ["mine"]);
  await s.connect();
  assert.equal(s.line.state.value, "connected");
  assert.equal(s.line.returns.value, 1);
});

test("what an old connection still tells is not believed", async () => {
  const s = scene();
  s.line.open();
  await s.connect();
  s.line.renew();
  await s.connect();
  s.peers[0]?.ears.lost();
  assert.equal(s.line.state.value, "connected");
});

test("an offer that leads to no sound in 5 s is made anew, with pauses that grow to 2 s", async () => {
  const s = scene();
  s.line.open();
  await settled();
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) waits.push(await s.next());
  assert.deepEqual(waits, [5000, 0, 5000, 500, 5000, 1000, 5000, 2000]);
  assert.equal(s.line.state.value, "connecting");
});

test("a server that cannot be reached is asked again; what it refuses stays refused", async () => {
  const s = scene();
  s.server.refuses = "unreachable";
  s.line.open();
  await settled();
  assert.equal(s.line.state.value, "connecting");
  s.server.refuses = "leg_ended";
  await s.next();
  assert.equal(s.line.state.value, "over");
  assert.equal(s.line.trouble.value?.code, "leg_ended");
  assert.equal(s.timers.due.length, 0);
  assert.ok(s.last().closed);
});

test("a line on which nothing comes in for three looks is lost, whatever the browser believes", async () => {
  const s = scene();
  s.line.open();
  await s.connect();
  s.last().packets = 50;
  assert.equal(await s.next(), 1000);
  for (let i = 0; i < 2; i++) await s.next();
  assert.equal(s.line.state.value, "connected");
  s.last().packets = 51;
  await s.next();
  for (let i = 0; i < 3; i++) await s.next();
  assert.equal(s.line.state.value, "lost");
});

test("after close nothing comes again", async () => {
  const s = scene();
  s.line.open();
  await s.connect();
  s.line.close();
  s.line.renew();
  await settled();
  assert.equal(s.line.state.value, "over");
  assert.equal(s.line.trouble.value, null);
  assert.equal(s.timers.due.length, 0);
  assert.equal(s.peers.length, 1);
});

test("digits go to the connection that stands", async () => {
  const s = scene();
  assert.equal(s.line.press("5"), false);
  s.line.open();
  await s.connect();
  assert.ok(s.line.press("5"));
  assert.equal(s.last().digits, "5");
});
