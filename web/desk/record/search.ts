import { signal } from "@preact/signals";
import type { RecordRow } from "../../shared/protocol";
import { attempt, call } from "../account";
import { save } from "./save";

/** What of the records is asked for, and what was found. */

export type Range = "week" | "month" | "all";

/** How many the server tells at once. */
const page = 50;
const dayMs = 24 * 60 * 60 * 1000;
const days: Record<Range, number> = { week: 7, month: 30, all: 0 };
/** A pause in typing after which it is searched. */
const pauseMs = 250;

export const query = signal("");
export const range = signal<Range>("week");
export const rows = signal<readonly RecordRow[]>([]);
export const state = signal<"loading" | "more" | "all">("loading");

let asked = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** What is typed is a number when it holds nothing but what people write numbers with. */
export function isNumber(text: string): boolean {
  return /\d/.test(text) && /^[\d\s()+./-]+$/.test(text);
}

/** The filters as the server takes them. */
export function filters(text: string, of: Range, now: number): URLSearchParams {
  const wanted = new URLSearchParams();
  const words = text.trim();
  if (words) wanted.set(isNumber(words) ? "number" : "text", words);
  if (days[of]) wanted.set("from", new Date(now - days[of] * dayMs).toISOString());
  return wanted;
}

/** Searches; with before, goes on after that call. An answer that came too late is dropped. */
export async function find(before = ""): Promise<void> {
  clearTimeout(timer);
  asked += 1;
  const mine = asked;
  const wanted = filters(query.value, range.value, Date.now());
  if (before) wanted.set("before", before);
  const found = await attempt(() => call<{ records: RecordRow[] }>("GET", `/records?${wanted}`));
  if (!found || mine !== asked) return;
  rows.value = before ? [...rows.value, ...found.records] : found.records;
  state.value = found.records.length < page ? "all" : "more";
}

export function type(text: string): void {
  query.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => void find(), pauseMs);
}

export function choose(of: Range): void {
  range.value = of;
  void find();
}

/** Everything that fits, as a file. */
export async function take(format: "csv" | "json"): Promise<void> {
  const wanted = filters(query.value, range.value, Date.now());
  wanted.set("format", format);
  const name = `records-${new Date().toISOString().slice(0, 10)}.${format}`;
  await attempt(() => save(`/records/export?${wanted}`, name));
}
