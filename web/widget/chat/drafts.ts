import type { Timers } from "../../shared/transport";

/** What is being written, told a few times a second: the last word always comes through, each one only once. */
const beat = 250;

export class Drafts {
  private told = "";
  private now = "";
  private waiting: unknown;

  constructor(
    private readonly tell: (text: string) => void,
    private readonly timers: Timers,
  ) {}

  write(text: string): void {
    this.now = text;
    if (this.waiting !== undefined) return;
    this.send();
  }

  /** It has become a line: nothing of it is being written any more. */
  clear(): void {
    this.now = "";
    this.timers.cancel(this.waiting);
    this.waiting = undefined;
    this.send();
  }

  /** A new connection, to which nothing was told yet. */
  again(text: string): void {
    this.told = "";
    this.write(text);
  }

  private send(): void {
    if (this.now === this.told) return;
    this.told = this.now;
    this.tell(this.now);
    this.waiting = this.timers.after(beat, () => {
      this.waiting = undefined;
      this.send();
    });
  }
}
