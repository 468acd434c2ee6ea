import { computed, signal } from "@preact/signals";
import { observe, setClock } from "../shared/clock";
import type { Callback, Event, Problem, WidgetInfo } from "../shared/protocol";
import { type Client, Refusal, request } from "../shared/request";
import { language } from "../shared/text";
import { Transport, webSocket } from "../shared/transport";
import { browserName, type KeptRequest, keepRequest, loadRequest, randomName } from "./store";

/** What the loader hands over. */
export interface Mount {
  root: ShadowRoot;
  button: HTMLButtonElement;
  base: string;
  language: string;
  asked: boolean;
}

export type Page = "rows" | "form" | "request";

export const page = signal<Page>("rows");
export const shown = signal(false);
export const info = signal<WidgetInfo | null>(null);
export const callback = signal<Callback | null>(null);
export const refusal = signal<Problem | null>(null);
export const busy = signal(false);
/** Whether the server answers; said to the visitor when it does not. */
export const reached = signal(true);
/** What was typed last, kept for "change" and "call again". */
export const draft = signal({ number: "", name: "" });

export const running = computed(() => callback.value !== null && callback.value.state !== "ended");

let mount: Mount;
let kept: KeptRequest | null = null;
let transport: Transport | undefined;
let polling: ReturnType<typeof setInterval> | undefined;

const client = (): Client => ({ base: mount.base, language: language.value, ...(kept ? { token: kept.token } : {}) });

/** Reads what the widget may offer, and takes up a request that was left running. */
export async function begin(at: Mount): Promise<void> {
  mount = at;
  await refreshInfo();
  kept = loadRequest();
  if (!kept) return;
  await poll();
  if (callback.value) follow();
}

async function refreshInfo(): Promise<void> {
  try {
    info.value = await request<WidgetInfo>(client(), "GET", "/widget");
    reached.value = true;
  } catch {
    reached.value = false;
  }
}

export function show(): void {
  shown.value = true;
  if (callback.value) page.value = "request";
  else void refreshInfo();
}

export function hide(): void {
  shown.value = false;
  if (callback.value?.state === "ended") forget();
  mount.button.focus();
}

export function button(): HTMLButtonElement {
  return mount.button;
}

/** Asks for a call. The number is E.164. */
export async function ask(number: string, name: string): Promise<void> {
  busy.value = true;
  refusal.value = null;
  try {
    const body = { number, name, language: language.value, browser: browserName(), queue: "" };
    const made = await request<Callback>({ ...client(), idempotencyKey: keyOf(body) }, "POST", "/callbacks", body);
    lastAsked = { body: "", key: "" };
    kept = { id: made.id, token: made.token ?? "" };
    keepRequest(kept);
    callback.value = made;
    page.value = "request";
    follow();
  } catch (e) {
    refusal.value = problemOf(e);
  } finally {
    busy.value = false;
  }
}

let lastAsked = { body: "", key: "" };

/** The same words asked again, after an answer that was lost, are the same request. */
function keyOf(body: object): string {
  const words = JSON.stringify(body);
  if (lastAsked.body !== words) lastAsked = { body: words, key: randomName(16) };
  return lastAsked.key;
}

/** Takes the request back. After it the callback is ended with reason "cancelled". */
export async function cancel(): Promise<void> {
  if (!kept) return;
  busy.value = true;
  try {
    take(await request<Callback>(client(), "DELETE", `/callbacks/${kept.id}`));
  } catch (e) {
    refusal.value = problemOf(e);
  } finally {
    busy.value = false;
  }
}

/** Back to the form, with the number that was typed. */
export async function again(): Promise<void> {
  if (running.value) await cancel();
  const last = callback.value;
  if (last && draft.value.number === "") draft.value = { number: last.number, name: "" };
  forget();
  page.value = "form";
}

function forget(): void {
  stopFollowing();
  kept = null;
  keepRequest(null);
  callback.value = null;
  page.value = "rows";
}

function problemOf(e: unknown): Problem {
  if (e instanceof Refusal) return e.problem;
  throw e;
}

function take(c: Callback): void {
  callback.value = { ...callback.value, ...c };
  if (c.state === "ended") stopFollowing();
}

/** The WebSocket tells of each change; while it is away the visitor is kept informed by asking each second. */
function follow(): void {
  stopFollowing();
  if (!running.value) return;
  transport = new Transport(
    () => webSocket(mount.base),
    () => ({ as: "visitor", callback: kept?.id ?? "", token: kept?.token ?? "", language: language.value }),
    {
      welcome: (w) => {
        setClock(w.now);
        if (w.callback) take(w.callback);
      },
      event: (e: Event) => {
        observe(e.at);
        if (e.kind === "callback.changed") take(e.data);
      },
      refused: () => startPolling(),
      link: (up) => (up ? stopPolling() : startPolling()),
    },
  );
  startPolling();
  transport.start();
}

function startPolling(): void {
  polling ??= setInterval(() => void poll(), 1000);
}

function stopPolling(): void {
  clearInterval(polling);
  polling = undefined;
  reached.value = true;
}

function stopFollowing(): void {
  stopPolling();
  transport?.stop();
  transport = undefined;
}

async function poll(): Promise<void> {
  if (!kept) return;
  try {
    take(await request<Callback>(client(), "GET", `/callbacks/${kept.id}`));
    reached.value = true;
  } catch (e) {
    if (problemOf(e).code === "callback_unknown") forget();
    else reached.value = false;
  }
}
