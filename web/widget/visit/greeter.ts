import type { WidgetInfo } from "../../shared/protocol";
import type { Timers } from "../../shared/transport";

/** The message that comes by itself: on some pages, after a while, once in a visit, and only while somebody is there. */

export interface Greeting {
  rule: WidgetInfo["proactive"];
  timers: Timers;
  /** Once in a visit. */
  greeted(): boolean;
  /** Whether somebody is there, and the visitor has not come by themselves. */
  welcome(): boolean;
  show(text: Record<string, string>): void;
}

export class Greeter {
  private waiting: unknown;

  constructor(private readonly world: Greeting) {}

  /** The visitor is on this page now. */
  page(path: string): void {
    const { rule, timers, greeted } = this.world;
    timers.cancel(this.waiting);
    if (!rule || greeted() || !path.startsWith(rule.path.replace(/\*$/, ""))) return;
    this.waiting = timers.after(rule.after_ms, () => {
      if (!greeted() && this.world.welcome()) this.world.show(rule.text);
    });
  }

  stop(): void {
    this.world.timers.cancel(this.waiting);
  }
}
