import { computed, signal } from "@preact/signals";
import type { Callback } from "../../shared/protocol";
import { request } from "../../shared/request";
import { language } from "../../shared/text";
import { Following } from "../follow";
import { Once } from "../once";
import { person } from "../person";
import { busy, client, here, page, problemOf, reached, refusal } from "../state";
import { browserName, type Kept, keptCallback } from "../store";

/** The visitor's callback: asked for, followed, taken back. */
export const callback = signal<Callback | null>(null);
/** The number that was typed last, kept for "change" and "call again". */
export const number = signal("");

export const running = computed(() => callback.value !== null && callback.value.state !== "ended");

const once = new Once();
let kept: Kept | null = null;
let following: Following | undefined;

/** Takes up a request that was left running. */
export async function takeUp(): Promise<void> {
  kept = keptCallback.load();
  if (!kept) return;
  await poll();
  if (running.value) follow();
}

/** Asks for a call. The number is E.164. */
export async function ask(e164: string): Promise<void> {
  busy.value = true;
  refusal.value = null;
  try {
    const name = person.peek().name.trim();
    const { widget } = here();
    const body = { widget, number: e164, name, language: language.value, browser: browserName(), queue: "" };
    const made = await request<Callback>({ ...client(), idempotencyKey: once.key(body) }, "POST", "/callbacks", body);
    once.done();
    kept = { id: made.id, token: made.token ?? "" };
    keptCallback.keep(kept);
    callback.value = made;
    page.value = "request";
    follow();
  } catch (e) {
    refusal.value = problemOf(e);
  } finally {
    busy.value = false;
  }
}

/** Takes the request back. After it the callback is ended with reason "cancelled". */
export async function cancel(): Promise<void> {
  if (!kept) return;
  busy.value = true;
  try {
    take(await request<Callback>(client(kept.token), "DELETE", `/callbacks/${kept.id}`));
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
  if (last && number.value === "") number.value = last.number;
  forget();
  page.value = "form";
}

export function forget(): void {
  stopFollowing();
  kept = null;
  keptCallback.keep(null);
  callback.value = null;
  page.value = "rows";
}

function take(c: Callback): void {
  callback.value = { ...callback.value, ...c };
  if (c.state === "ended") stopFollowing();
}

function follow(): void {
  stopFollowing();
  following = new Following({
    hello: () => ({ as: "visitor", callback: kept?.id ?? "", token: kept?.token ?? "", language: language.value }),
    welcome: (w) => w.callback && take(w.callback),
    event: (e) => e.kind === "callback.changed" && take(e.data),
    poll,
  });
}

function stopFollowing(): void {
  following?.stop();
  following = undefined;
}

async function poll(): Promise<void> {
  if (!kept) return;
  try {
    take(await request<Callback>(client(kept.token), "GET", `/callbacks/${kept.id}`));
    reached.value = true;
  } catch (e) {
    if (problemOf(e).code === "callback_unknown") forget();
    else reached.value = false;
  }
}
