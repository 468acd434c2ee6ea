import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type english from "./texts/en.json";

/** A key of the texts file. */
export type Key = keyof typeof english;
type Stem<K> = K extends `${infer S}.other` ? S : never;
/** A key without its plural form: "desk.waiting" for "desk.waiting.one", "desk.waiting.other". */
export type PluralKey = Stem<Key>;

export type Language = "en" | "cs" | "ru";
export const languages: readonly Language[] = ["en", "cs", "ru"];
export const languageNames: Record<Language, string> = { en: "English", cs: "Čeština", ru: "Русский" };

type Sentences = Readonly<Record<string, string>>;
/** How a page gets the sentences of a language: one lazy chunk each. */
export type Catalogue = Record<Language, () => Promise<{ default: Sentences }>>;

export const language = signal<Language>("en");
const sentences = signal<Sentences>({});

const remembered = "sufler.language";

/** The reader's choice, else the browser's wish, else the given one. */
export function preferredLanguage(fallback: Language): Language {
  const wishes = [localStorage.getItem(remembered), ...navigator.languages.map((l) => l.slice(0, 2))];
  return wishes.find(isLanguage) ?? fallback;
}

export function isLanguage(s: string | null | undefined): s is Language {
  return languages.some((l) => l === s);
}

/** What has been asked for: a page whose parts come one by one has a catalogue for each. */
const spoken = new Set<Catalogue>();
let wanted: Language = "en";

/** Loads the sentences first and switches then, so that no key is ever seen. */
export async function speak(next: Language, catalogue: Catalogue): Promise<void> {
  wanted = next;
  await learn(catalogue);
}

/** Adds the sentences of a part of the page, in the language that is spoken and in whatever comes after it. */
export async function learn(catalogue: Catalogue): Promise<void> {
  spoken.add(catalogue);
  const [next, all] = [wanted, [...spoken]];
  const loaded = await Promise.all(all.map((c) => c[next]()));
  // Something else may have been asked for meanwhile: then that is what counts.
  if (wanted === next && spoken.size === all.length) teach(next, Object.assign({}, ...loaded.map((l) => l.default)));
  else await learn(catalogue);
}

/** speak, and remembered for the next visit: what a reader's own click does. */
export async function choose(next: Language, catalogue: Catalogue): Promise<void> {
  await speak(next, catalogue);
  localStorage.setItem(remembered, next);
}

/** Sets language and sentences at once. */
export function teach(next: Language, words: Sentences): void {
  sentences.value = words;
  language.value = next;
}

export type Params = Record<string, string | number>;

/** The sentence of a key, with {name} filled from params. */
export function t(key: Key, params: Params = {}): string {
  return fill(sentences.value[key] ?? key, params);
}

/** The sentence of a key that is only known at run time (a code of the server), or the fallback. */
export function tMaybe(key: string, fallback: string, params: Params = {}): string {
  const words = sentences.value[key];
  return words === undefined ? fallback : fill(words, params);
}

/** The plural form that the language wants for n; {n} is n, formatted. */
export function tn(stem: PluralKey, n: number, params: Params = {}): string {
  const all: Sentences = sentences.value;
  const form = new Intl.PluralRules(language.value).select(n);
  const words = all[`${stem}.${form}`] ?? all[`${stem}.other`] ?? stem;
  return fill(words, { n: new Intl.NumberFormat(language.value).format(n), ...params });
}

/** As t, but a parameter may be a VNode: the sentence comes back in pieces. */
export function rich(key: Key, params: Record<string, ComponentChildren>): ComponentChildren[] {
  const words = sentences.value[key] ?? key;
  return words.split(/(\{\w+\})/).map((piece) => (piece.startsWith("{") ? params[piece.slice(1, -1)] : piece));
}

function fill(words: string, params: Params): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}
