import { signal } from "@preact/signals";

/**
 * The server's time. Running times are counted from it and not from the page's
 * clock, which may be wrong by hours; between two words of the server the
 * page's monotonic clock carries on.
 */
let offset = Date.now() - performance.now();

/** The whole second of the server's time; what reads it is drawn again each second. */
export const second = signal(0);

export function serverNow(): number {
  return performance.now() + offset;
}

/** Takes the time of the server's hello. */
export function setClock(now: string): void {
  const sent = Date.parse(now);
  if (Number.isNaN(sent)) return;
  offset = sent - performance.now();
  turn();
}

/** Takes the time of an event. What was long on its way looks old, so it only ever moves the clock forward. */
export function observe(at: string): void {
  if (Date.parse(at) > serverNow()) setClock(at);
}

function turn(): void {
  second.value = Math.floor(serverNow() / 1000);
}

/** Starts the second hand. */
export function startClock(): void {
  turn();
  setInterval(turn, 200);
}

/** Milliseconds since a time of the server, drawn again each second. */
export function since(at: string): number {
  return second.value >= 0 ? Math.max(0, serverNow() - Date.parse(at)) : 0;
}

/** Milliseconds until a time of the server, drawn again each second. */
export function until(at: string): number {
  return second.value >= 0 ? Math.max(0, Date.parse(at) - serverNow()) : 0;
}
