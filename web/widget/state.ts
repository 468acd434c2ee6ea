import { signal } from "@preact/signals";
import type { Problem, Way, WayKind, WidgetInfo } from "../shared/protocol";
import { type Client, Refusal, request } from "../shared/request";
import { language } from "../shared/text";
import type { Mount } from "./mount";

export type Page = "rows" | "consent" | "chat" | "form" | "request" | "talk" | "code" | "message";

/** What every part of the widget knows; the parts themselves own what they follow. */
export const page = signal<Page>("rows");
export const shown = signal(false);
export const info = signal<WidgetInfo | null>(null);
export const refusal = signal<Problem | null>(null);
export const busy = signal(false);
/** Asked before it is done: to end a conversation by a slip would cost the visitor their place. */
export const leaving = signal(false);
/** Whether the server answers; said to the visitor when it does not. */
export const reached = signal(true);

let mount: Mount;

export function settle(at: Mount): void {
  mount = at;
}

export const here = () => mount;
export const button = () => mount.button;
export const root = () => mount.root;
/** The server's origin. */
export const base = () => mount.base;

export function client(token?: string): Client {
  return { base: mount.base, language: language.value, ...(token ? { token } : {}) };
}

export async function refreshInfo(): Promise<void> {
  try {
    info.value = await request<WidgetInfo>(client(), "GET", `/widgets/${mount.widget}`);
    reached.value = true;
  } catch {
    reached.value = false;
  }
}

/** One way to us, undefined where this site does not have it. */
export function way(kind: WayKind): Way | undefined {
  return info.value?.channels.find((w) => w.kind === kind);
}

export function problemOf(e: unknown): Problem {
  if (e instanceof Refusal) return e.problem;
  throw e;
}
