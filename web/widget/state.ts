import { signal } from "@preact/signals";
import type { Problem, WidgetInfo } from "../shared/protocol";
import { type Client, Refusal, request } from "../shared/request";
import { language } from "../shared/text";

/** What the loader hands over. */
export interface Mount {
  root: ShadowRoot;
  button: HTMLButtonElement;
  base: string;
  language: string;
  asked: boolean;
}

export type Page = "rows" | "form" | "request" | "talk";

/** What every part of the widget knows; the parts themselves (callback.ts) own what they follow. */
export const page = signal<Page>("rows");
export const shown = signal(false);
export const info = signal<WidgetInfo | null>(null);
export const refusal = signal<Problem | null>(null);
export const busy = signal(false);
/** Whether the server answers; said to the visitor when it does not. */
export const reached = signal(true);

let mount: Mount;

export function settle(at: Mount): void {
  mount = at;
}

export function button(): HTMLButtonElement {
  return mount.button;
}

export function root(): ShadowRoot {
  return mount.root;
}

/** The server's origin. */
export function base(): string {
  return mount.base;
}

export function client(token?: string): Client {
  return { base: mount.base, language: language.value, ...(token ? { token } : {}) };
}

export async function refreshInfo(): Promise<void> {
  try {
    info.value = await request<WidgetInfo>(client(), "GET", "/widget");
    reached.value = true;
  } catch {
    reached.value = false;
  }
}

export function problemOf(e: unknown): Problem {
  if (e instanceof Refusal) return e.problem;
  throw e;
}
