import { browserTimers } from "../transport";

/**
 * The howl guard: two tabs of one browser share a loudspeaker and a microphone,
 * and what one plays the other sends. So a tab asks the others whether one of
 * them holds an open microphone before it plays.
 */

/** What of a BroadcastChannel is used here; a test gives its own. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((e: { data: unknown }) => void) | null;
  close(): void;
}

type Word = "open?" | "open!";

const wait = 150;

export class HowlGuard {
  private holding = false;
  private asked: ((howls: boolean) => void)[] = [];

  constructor(private readonly channel: Channel) {
    channel.onmessage = (e) => this.take(e.data as Word);
  }

  /** Tells whether this tab has an open microphone. */
  hold(on: boolean): void {
    this.holding = on;
  }

  /** Whether another tab of this browser has an open microphone. */
  async wouldHowl(after: (ms: number, then: () => void) => unknown = browserTimers.after): Promise<boolean> {
    return new Promise((told) => {
      this.asked.push(told);
      this.channel.postMessage("open?" satisfies Word);
      after(wait, () => this.tell(false));
    });
  }

  close(): void {
    this.channel.onmessage = null;
    this.channel.close();
  }

  private take(word: Word): void {
    if (word === "open?" && this.holding) this.channel.postMessage("open!" satisfies Word);
    if (word === "open!") this.tell(true);
  }

  private tell(howls: boolean): void {
    const all = this.asked;
    this.asked = [];
    for (const told of all) told(howls);
  }
}

export function howlGuard(): HowlGuard {
  return new HowlGuard(new BroadcastChannel("sufler.howl") as unknown as Channel);
}
