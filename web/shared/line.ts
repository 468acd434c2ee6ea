import type { Socket, Timers } from "./transport";

/** What came of a request; status 0: nothing. */
export interface Reply {
  status: number;
  body?: unknown;
}

export type Requests = (method: "GET" | "POST" | "DELETE", path: string, body?: string) => Promise<Reply>;

interface Batch {
  line?: string;
  last: number;
  frames: unknown[];
  over: string;
}

/** So often a request is made again before the line is taken for lost, with a second between. */
const tries = 5;
const between = 1000;
/** So many characters are said at once, if one message is not longer. */
const mouthful = 100_000;

/**
 * A WebSocket made of plain requests (api/protocol.md, "A line"): one waits for what is new, another says what is to
 * be said. A request that is lost is made again; the server knows by the numbers what has come.
 */
export class Line implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((e: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  private id = "";
  private last = 0; // the frame that came last
  private said = 0; // messages that were taken
  private greeted = false;
  private saying = false;
  private over = false;
  private readonly toSay: string[] = [];

  constructor(
    private readonly request: Requests,
    private readonly timers: Timers,
  ) {
    timers.after(0, () => this.onopen?.());
  }

  send(text: string): void {
    if (!this.greeted) {
      this.greeted = true;
      void this.open(text);
      return;
    }
    this.toSay.push(text);
    void this.say();
  }

  close(): void {
    this.over = true;
    this.leave();
  }

  /** Tells the server that the page is going. If it stays after all, it notices that the line has ended. */
  leave(): void {
    if (this.id) void this.request("DELETE", `/${this.id}`);
  }

  private async open(hello: string): Promise<void> {
    const reply = await this.request("POST", "", hello);
    this.id = (reply.status === 200 && (reply.body as Batch).line) || "";
    if (this.over) {
      this.leave();
      return;
    }
    if (reply.status !== 200) {
      this.end();
      return;
    }
    this.take(reply.body as Batch);
    void this.say();
    await this.listen();
  }

  private async listen(): Promise<void> {
    for (let failures = 0; !this.over; ) {
      const reply = await this.request("GET", `/${this.id}?after=${this.last}`);
      if (this.over) return;
      if (reply.status === 200) this.take(reply.body as Batch);
      failures = await this.after(reply, failures);
    }
  }

  private async say(): Promise<void> {
    if (this.saying || !this.id) return;
    this.saying = true;
    for (let failures = 0; !this.over && this.toSay.length > 0; ) {
      const reply = await this.request("POST", `/${this.id}?first=${this.said + 1}`, this.mouthful());
      if (reply.status === 200) {
        const { taken } = reply.body as { taken: number };
        this.toSay.splice(0, taken - this.said);
        this.said = taken;
      }
      failures = await this.after(reply, failures);
    }
    this.saying = false;
  }

  /** The next messages, one on each line of text. */
  private mouthful(): string {
    let text = this.toSay[0] ?? "";
    for (const next of this.toSay.slice(1)) {
      if (text.length + next.length >= mouthful) break;
      text += `\n${next}`;
    }
    return text;
  }

  /** What follows a request: nothing, another try, or the end. */
  private async after(reply: Reply, failures: number): Promise<number> {
    if (reply.status === 200) return 0;
    if ((reply.status >= 400 && reply.status < 500) || failures + 1 === tries) this.end();
    else await new Promise<void>((then) => this.timers.after(between, then));
    return failures + 1;
  }

  private take(b: Batch): void {
    if (b.last - b.frames.length !== this.last) {
      this.end();
      return;
    }
    this.last = b.last;
    for (const frame of b.frames) this.onmessage?.({ data: JSON.stringify(frame) });
    if (b.over) this.end();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.onclose?.();
  }
}

/** Longer than the server lets a question wait. */
const patience = 35_000;

const requests =
  (base: string): Requests =>
  async (method, path, body) => {
    const init: RequestInit = { method, signal: AbortSignal.timeout(patience), keepalive: method === "DELETE" };
    if (body !== undefined) init.body = body;
    try {
      const answer = await fetch(`${base}/api/v1/line${path}`, init);
      return answer.status === 200 ? { status: 200, body: await answer.json() } : { status: answer.status };
    } catch {
      return { status: 0 };
    }
  };

/** Lets a line to base (a page's own origin for "") be this socket. */
export function carry(socket: Socket, base: string, timers: Timers): void {
  const line = new Line(requests(base), timers);
  const leave = () => line.leave();
  line.onopen = () => socket.onopen?.();
  line.onmessage = (e) => socket.onmessage?.(e);
  line.onclose = () => {
    removeEventListener("pagehide", leave);
    socket.onclose?.();
  };
  socket.send = (text) => line.send(text);
  socket.close = () => {
    removeEventListener("pagehide", leave);
    line.close();
  };
  addEventListener("pagehide", leave);
}
