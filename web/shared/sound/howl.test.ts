import assert from "node:assert/strict";
import { test } from "node:test";
import { type Channel, HowlGuard } from "./howl";

/** A room in which each channel hears all others, not itself. */
function room() {
  const all: (Channel & { sent: unknown[] })[] = [];
  return () => {
    const one: Channel & { sent: unknown[] } = {
      onmessage: null,
      sent: [],
      postMessage(m) {
        this.sent.push(m);
        for (const c of all) if (c !== this) c.onmessage?.({ data: m });
      },
      close() {
        all.splice(all.indexOf(this), 1);
      },
    };
    all.push(one);
    return one;
  };
}

const atOnce = (_ms: number, then: () => void) => then();

test("a tab learns that another one has an open microphone, and when it no longer has", async () => {
  const enter = room();
  const [visitor, operator] = [new HowlGuard(enter()), new HowlGuard(enter())];
  assert.equal(await operator.wouldHowl(atOnce), false);
  visitor.hold(true);
  assert.equal(await operator.wouldHowl(atOnce), true);
  visitor.hold(false);
  assert.equal(await operator.wouldHowl(atOnce), false);
  visitor.hold(true);
  visitor.close();
  assert.equal(await operator.wouldHowl(atOnce), false);
});

test("one's own open microphone is no reason to ask", async () => {
  const guard = new HowlGuard(room()());
  guard.hold(true);
  assert.equal(await guard.wouldHowl(atOnce), false);
});
