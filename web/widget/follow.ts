import { observe, setClock } from "../shared/clock";
import type { Event, Hello, Welcome } from "../shared/protocol";
import { Transport, ways } from "../shared/transport";
import { base, reached } from "./state";

/** One thing of the visitor's that the server tells of: a callback, a talk. */
export interface Followed {
  hello(): Hello;
  welcome(w: Welcome): void;
  event(e: Event): void;
  /** Asks how it stands by a plain request, while the WebSocket is away. */
  poll(): Promise<void>;
}

/** The WebSocket tells of each change; while it is away the visitor is kept informed by asking each second. */
export class Following {
  private readonly transport: Transport;
  private polling: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly what: Followed) {
    this.transport = new Transport(ways(base()), what.hello, {
      welcome: (w) => {
        setClock(w.now);
        what.welcome(w);
      },
      event: (e) => {
        observe(e.at);
        what.event(e);
      },
      refused: () => this.startPolling(),
      link: (up) => (up ? this.stopPolling() : this.startPolling()),
    });
    this.startPolling();
    this.transport.start();
  }

  ask<T>(what: string, data: unknown): Promise<T> {
    return this.transport.ask<T>(what, data);
  }

  stop(): void {
    this.stopPolling();
    this.transport.stop();
  }

  private startPolling(): void {
    this.polling ??= setInterval(() => void this.what.poll(), 1000);
  }

  private stopPolling(): void {
    clearInterval(this.polling);
    this.polling = undefined;
    reached.value = true;
  }
}
