import { computed, signal } from "@preact/signals";
import type { Event } from "../../shared/protocol";
import { attempt, call, may, quietly } from "../account";

/** What the administrator has prepared for conversations: templates, results, tags; and the operator's own stars. Only this file writes them. */

export interface Template {
  id: string;
  order: number;
  title: string;
  /** Typed after #; may be "". */
  shortcut: string;
  text: string;
  /** "" for any. */
  language: string;
}

export interface Result {
  id: string;
  title: string;
  active: boolean;
}

export const templates = signal<readonly Template[]>([]);
/** Ids of starred templates, the newest last. */
export const stars = signal<readonly string[]>([]);
export const results = signal<readonly Result[]>([]);
export const tags = signal<readonly string[]>([]);

export const starred = computed(() => stars.value.flatMap((id) => templates.value.find((one) => one.id === id) ?? []));

/** The words of a result that a session carries, "" for none. One that is gone stays readable by its own word. */
export function resultWord(result: string): string {
  return results.value.find((r) => r.id === result)?.title ?? result;
}

interface Items<T> {
  items: T[];
}

/** Asks for everything anew. */
export async function loadWords(): Promise<void> {
  const [t, r, g, p] = await Promise.all([
    asked(() => call<Items<Template>>("GET", "/settings/templates"), "template.read"),
    asked(() => call<Items<Result>>("GET", "/settings/results"), "words.read"),
    asked(() => call<Items<{ name: string }>>("GET", "/settings/tags"), "words.read"),
    quietly(() => call<{ favourites: string[] }>("GET", "/me/personal")),
  ]);
  if (t) templates.value = t.items;
  if (r) results.value = r.items;
  if (g) tags.value = g.items.map((one) => one.name);
  if (p) stars.value = p.favourites;
}

async function asked<T>(what: () => Promise<T>, right: string): Promise<T | undefined> {
  return may.peek().has(right) ? quietly(what) : undefined;
}

/** One word of the server: what has changed is asked for, in every desk that may choose from it. */
export function takeWordsEvent(e: Event): void {
  if (e.kind === "setting.changed") void loadWords();
}

/** Stars a template, or takes the star away (M078, M079). What the server refuses is taken back. */
export async function star(id: string): Promise<void> {
  const before = stars.peek();
  const on = !before.includes(id);
  stars.value = on ? [...before, id] : before.filter((one) => one !== id);
  const done = await attempt(() => call(on ? "PUT" : "DELETE", `/me/favourites/${id}`));
  if (!done) stars.value = before;
}
