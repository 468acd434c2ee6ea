import { computed, signal } from "@preact/signals";
import { second, serverNow } from "./clock";

/** The state of the page's line to the server, as the connection line shows it. */
const lostAt = signal<number | null>(null);

export function setLink(up: boolean): void {
  if (up) lostAt.value = null;
  else lostAt.value ??= serverNow();
}

/** Nothing is said for the first 2 s: most breaks are shorter than a sentence. */
export const link = computed<{ state: "up" | "short" | "long"; lostMs: number }>(() => {
  const lost = second.value >= 0 && lostAt.value !== null ? serverNow() - lostAt.value : 0;
  if (lost < 2000) return { state: "up", lostMs: 0 };
  return { state: lost < 30_000 ? "short" : "long", lostMs: lost };
});
