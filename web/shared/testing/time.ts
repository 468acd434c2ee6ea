import assert from "node:assert/strict";
import type { Timers } from "../transport";

/** Time for tests: it stands until it is told to go on. */
export class StoppedTime implements Timers {
  due: { ms: number; then: () => void }[] = [];

  after(ms: number, then: () => void): unknown {
    const one = { ms, then };
    this.due.push(one);
    return one;
  }

  cancel(handle: unknown): void {
    this.due = this.due.filter((d) => d !== handle);
  }

  random(): number {
    return 1;
  }

  /** Lets the next thing happen, and tells after how long. */
  next(): number {
    const one = this.due.shift();
    assert.ok(one, "nothing is due");
    one.then();
    return one.ms;
  }
}
