import { effect, signal } from "@preact/signals";
import type { Event, VisitorInfo } from "../../shared/protocol";
import { attempt, call } from "../account";
import { say, welcomed } from "../server";

/** Who is on the pages now, for as long as somebody looks (I034). Only this file writes it. */

export const visitors = signal<readonly VisitorInfo[]>([]);
const watching = signal(false);

/** Looks until the returned function is called. */
export function watchVisitors(): () => void {
  watching.value = true;
  return () => {
    watching.value = false;
    visitors.value = [];
  };
}

export function startVisitors(): void {
  let told = false;
  effect(() => {
    const on = watching.value;
    if (welcomed.value === 0) told = false;
    if (welcomed.value === 0 || on === told) return;
    told = on;
    say("visitors.watch", { on });
    if (on) void load();
  });
}

async function load(): Promise<void> {
  const got = await attempt(() => call<{ visitors: VisitorInfo[] }>("GET", "/visitors"));
  if (got && watching.peek()) visitors.value = got.visitors;
}

export function takeVisitorEvent(e: Event): void {
  if (!watching.peek()) return;
  if (e.kind === "visitor.left") visitors.value = visitors.value.filter((v) => v.id !== e.data.id);
  if (e.kind !== "visitor.changed") return;
  const known = visitors.value.some((v) => v.id === e.data.id);
  visitors.value = known ? visitors.value.map((v) => (v.id === e.data.id ? e.data : v)) : [...visitors.value, e.data];
}
