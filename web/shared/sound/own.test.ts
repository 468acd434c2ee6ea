import assert from "node:assert/strict";
import { after, test } from "node:test";

/** What browsers are asked for here, as little of it as one's own voice needs. */
class Track {
  enabled = true;
  stopped = false;
  onended: (() => void) | null = null;
  clone(): Track {
    return new Track();
  }
  stop(): void {
    this.stopped = true;
  }
}
class Node {
  fftSize = 8;
  connect(): void {}
  disconnect(): void {}
  getFloatTimeDomainData(): void {}
}
class Context {
  state = "running";
  createMediaStreamSource = () => new Node();
}

const asked: { allow(track: Track): void; refuse(name: string): void }[] = [];
const getUserMedia = () =>
  new Promise((allow, refuse) => {
    asked.push({
      allow: (track) => allow({ getAudioTracks: () => [track] }),
      refuse: (name) => refuse(new DOMException("", name)),
    });
  });
Object.defineProperty(globalThis, "navigator", { value: { mediaDevices: { getUserMedia } } });
Object.assign(globalThis, { AudioContext: Context, AnalyserNode: Node, MediaStream: class {} });
const { OwnVoice } = await import("./own");

const voices: InstanceType<typeof OwnVoice>[] = [];
after(() => {
  for (const v of voices) v.close();
});

/** A voice that has asked for the microphone. */
function asking() {
  const own = new OwnVoice();
  voices.push(own);
  const spoke = own.speak();
  const microphone = asked.at(-1);
  assert.ok(microphone);
  return { own, spoke, microphone };
}

test("a microphone that is allowed is open until it is closed", async () => {
  const { own, spoke, microphone } = asking();
  const track = new Track();
  microphone.allow(track);
  assert.equal(await spoke, true);
  assert.equal(track.stopped, false);
  own.close();
  assert.equal(track.stopped, true);
});

for (const [what, done] of [
  ["the talk has ended", (own: InstanceType<typeof OwnVoice>) => own.close()],
  ["one only listens again", (own: InstanceType<typeof OwnVoice>) => own.quieten()],
] as const) {
  test(`a microphone that is allowed when ${what} is closed at once, and nobody speaks`, async () => {
    const { own, spoke, microphone } = asking();
    await done(own);
    const track = new Track();
    microphone.allow(track);
    assert.equal(await spoke, false);
    assert.equal(track.stopped, true);
    assert.equal(own.voice.value, null);
  });
}

test("of two microphones that were asked for the last is spoken with, whichever comes first", async () => {
  const { own, spoke, microphone } = asking();
  const second = own.speak();
  const [early, late] = [new Track(), new Track()];
  asked.at(-1)?.allow(late);
  assert.equal(await second, true);
  microphone.allow(early);
  assert.equal(await spoke, false);
  assert.deepEqual([early.stopped, late.stopped], [true, false]);
  assert.equal(own.voice.value?.track, late as unknown as MediaStreamTrack);
});

test("a refusal is told, but not one of a microphone that is not wanted any more", async () => {
  const { own, spoke, microphone } = asking();
  microphone.refuse("NotAllowedError");
  assert.equal(await spoke, false);
  assert.equal(own.trouble.value, "refused");
  const other = asking();
  await other.own.quieten();
  other.microphone.refuse("NotAllowedError");
  assert.equal(await other.spoke, false);
  assert.equal(other.own.trouble.value, null);
});
