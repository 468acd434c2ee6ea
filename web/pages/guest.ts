import { randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { until } from "../demo.mjs";
import type { Entry, VisitorSession } from "../shared/protocol";
import { open, theDemo } from "./rig";

/** A visitor whom the test itself plays, by the requests and the WebSocket of api/protocol.md, on a page without a widget. */
export interface Guest {
  /** Begins to write; the first words go with it. */
  begin(text?: string, more?: object): Promise<VisitorSession>;
  say(text: string): Promise<void>;
  /** What is in the field and not sent. */
  draft(text: string): Promise<void>;
  /** Goes to another page of the shop. */
  go(url: string, title?: string): Promise<void>;
  seen(n: number): Promise<void>;
  /** Ends the conversation. */
  end(): Promise<void>;
  /** Waits for words of the other side. */
  reads(text: string): Promise<void>;
  entries(): Promise<Entry[]>;
  /** What was told by kind and data, whole. */
  told(): Promise<string>;
  session(): Promise<VisitorSession | null>;
  /** Closes the page, as somebody who goes away. */
  leave(): Promise<void>;
}

interface Told {
  kind: string;
  data: unknown;
}

interface Visit {
  told: Told[];
  ask(what: string, data: object): Promise<unknown>;
}

/** In the page: says hello and keeps all that is told. */
function visit([token, url, title]: [string, string, string]): Promise<void> {
  const ws = new WebSocket(`ws://${location.host}/api/v1/ws`, "sufler.v1");
  const waiting = new Map<number, (answer: { ok?: unknown; error?: { code: string } }) => void>();
  let last = 0;
  const ask = (what: string, data: object) =>
    new Promise<unknown>((done, failed) => {
      last++;
      waiting.set(last, (a) => (a.error ? failed(new Error(a.error.code)) : done(a.ok)));
      ws.send(JSON.stringify({ id: last, do: what, data }));
    });
  const told: Told[] = [];
  (window as unknown as { visit: Visit }).visit = { told, ask };
  ws.onmessage = (m) => {
    const message = JSON.parse(String(m.data)) as Told & { id?: number };
    if (message.kind) told.push(message);
    else waiting.get(message.id ?? 0)?.(message as { ok?: unknown });
  };
  return new Promise((ready, failed) => {
    ws.onclose = () => failed(new Error("the line was closed"));
    ws.onopen = () => {
      const hello = { as: "visitor", widget: "", token, language: "cs", page: { url, title, referrer: "" }, since: 0 };
      ask("hello", hello).then(() => ready(), failed);
    };
  });
}

const ask = (page: Page, what: string, data: object) =>
  page.evaluate(([w, d]) => (window as unknown as { visit: Visit }).visit.ask(w, d), [what, data] as const);

/** Comes to a page of the shop. */
export async function guest(url = "https://shop.example/lamps", title = "Lamps"): Promise<Guest> {
  const token = randomBytes(32).toString("base64url");
  const { page, close } = await open("/healthz");
  await page.evaluate(visit, [token, url, title] as [string, string, string]);
  const request = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${theDemo().url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : null) as never;
  };
  const mine = (): Promise<{ session: VisitorSession | null; entries: Entry[] }> =>
    request("GET", "/sessions/mine?since=0");
  let said = 0;
  return {
    begin: (text = "", more = {}) =>
      request("POST", "/sessions", {
        kind: "chat",
        language: "cs",
        text,
        message_id: "first",
        page: { url, title },
        ...more,
      }),
    say: async (text) => void (await ask(page, "chat.say", { id: `${token.slice(0, 8)}${++said}`, text })),
    draft: async (text) => void (await ask(page, "chat.draft", { text })),
    go: async (to, name = "") => void (await ask(page, "page.seen", { url: to, title: name })),
    seen: async (n) => void (await ask(page, "chat.seen", { n })),
    end: async () => void (await request("DELETE", "/sessions/mine")),
    reads: async (text) => {
      const read = async () => (await mine()).entries.some((e) => e.kind === "chat.said" && e.data.text.includes(text));
      await until(read, `the visitor to read "${text}"`);
    },
    entries: async () => (await mine()).entries,
    told: async () =>
      JSON.stringify(await page.evaluate(() => (window as unknown as { visit: Visit }).visit.told)) +
      JSON.stringify(await mine()),
    session: async () => (await mine()).session,
    leave: close,
  };
}
