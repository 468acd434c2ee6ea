import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../demo.mjs";
import type { Entry, Place, Session } from "../shared/protocol";
import { open, theDemo } from "./rig";

/** Somebody of ours, played by the test: the requests and the connection of a desk, without its pages. */

interface Told {
  kind: string;
  data: unknown;
}
type Line = typeof window & { told: Told[]; ask(what: string, data: unknown): Promise<unknown> };

/** In a page: a desk's connection that keeps what it is told. */
function connect(token: string): Promise<void> {
  const line = window as unknown as Line;
  const socket = new WebSocket(`ws://${location.host}/api/v1/ws`, "sufler.v1");
  const waiting = new Map<number, (ok: unknown) => void>();
  line.told = [];
  let id = 0;
  line.ask = (what, data) =>
    new Promise((answered) => {
      id += 1;
      waiting.set(id, answered);
      socket.send(JSON.stringify({ id, do: what, data }));
    });
  socket.onmessage = (e) => {
    const message = JSON.parse(String(e.data)) as Told & { id?: number };
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    else line.told.push(message);
  };
  return new Promise((opened) => {
    socket.onopen = () => line.ask("hello", { as: "desk", token, language: "en" }).then(() => opened());
  });
}

export class Operator {
  private constructor(
    private readonly token: string,
    private readonly page: Page,
    readonly close: () => Promise<void>,
  ) {}

  /** Comes to work: logged in, connected and online. */
  static async comes(as: string): Promise<Operator> {
    const { url } = theDemo();
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${url}/api/v1/demo/login`, { method: "POST", headers, body: JSON.stringify({ as }) });
    const { token } = (await answer.json()) as { token: string };
    const { page, close } = await open("/api/openapi.json");
    await page.evaluate(connect, token);
    const operator = new Operator(token, page, close);
    await operator.asks("PUT", "/me/status", { status: "online" });
    return operator;
  }

  /** One request; whatever is not as it should be fails the test. */
  async asks<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" };
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = JSON.stringify(body);
    const answer = await fetch(`${theDemo().url}/api/v1${path}`, init);
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** Takes whoever waits, as soon as somebody does. */
  async takes(): Promise<string> {
    const place = await until(async () => {
      const { places } = await this.asks<{ places: Place[] }>("GET", "/waiting");
      return places.find((p) => p.state !== "accepted" && ["chat", "invitation"].includes(p.kind));
    }, "somebody who waits");
    assert.ok(place);
    const { session } = await this.asks<{ session: Session }>("POST", `/waiting/${place.id}/accept`);
    return session.id;
  }

  says(session: string, text: string): Promise<unknown> {
    const id = `said-${Math.random()}`;
    return this.asks("POST", `/sessions/${session}/messages`, { id, text });
  }

  /** Says something on the desk's connection. */
  async does(what: string, data: unknown): Promise<void> {
    await this.page.evaluate(([w, d]) => (window as unknown as Line).ask(w as string, d), [what, data] as const);
  }

  session(id: string): Promise<{ session: Session; entries: Entry[] }> {
    return this.asks("GET", `/sessions/${id}`);
  }

  /** What the visitor has said so far. */
  async heard(id: string): Promise<string[]> {
    const { entries } = await this.session(id);
    return entries.flatMap((e) => (e.kind === "chat.said" && e.data.from === "visitor" ? [e.data.text] : []));
  }

  /** What the desk was shown while the visitor wrote. */
  async heardDrafts(id: string): Promise<string[]> {
    const all = await this.page.evaluate(() => (window as unknown as Line).told);
    const drafts = all
      .filter((t) => t.kind === "draft.changed")
      .map((t) => t.data as { session: string; text: string });
    return drafts.filter((d) => d.session === id && d.text !== "").map((d) => d.text);
  }

  /** The newest of what the desk is told of a kind, once it is as wanted. */
  async told<T>(kind: string, wanted: (data: T) => boolean, what: string): Promise<T> {
    const found = await until(async () => {
      const all = await this.page.evaluate((k) => (window as unknown as Line).told.filter((t) => t.kind === k), kind);
      return all.map((t) => t.data as T).find(wanted);
    }, what);
    return found as T;
  }

  /** Ends a conversation, and confirms that it is done. */
  async ends(id: string): Promise<void> {
    await this.asks("POST", `/sessions/${id}/end`);
    await this.confirms(id);
  }

  async confirms(id: string): Promise<void> {
    await this.asks("POST", `/sessions/${id}/close`, { result: "", note: "", mail: false });
  }
}
