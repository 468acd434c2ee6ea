/** A telephone number while it is typed. The server has the last word; this only helps the eye and saves a round trip. */

/** "+420777000001" -> "+420 777 000 001": the prefix, then threes. */
export function group(typed: string, prefixes: readonly string[]): string {
  const bare = typed.replace(/[^\d+]/g, "").replace(/(?!^)\+/g, "");
  const prefix = prefixes.find((p) => bare.startsWith(p)) ?? "";
  const rest = bare.slice(prefix.length).match(/\+?\d{1,3}/g) ?? [];
  return [prefix, ...rest].filter((s) => s !== "").join(" ");
}

/** Where the caret belongs after grouping: behind as many signs as stood before it. */
export function caretAfter(before: string, caret: number, grouped: string): number {
  let signs = before.slice(0, caret).replace(/[^\d+]/g, "").length;
  let at = 0;
  while (at < grouped.length && signs > 0) {
    if (grouped[at] !== " ") signs -= 1;
    at += 1;
  }
  return at;
}

/** E.164 of what was typed, or "" when it cannot be a number that we call. */
export function toE164(typed: string, home: string, prefixes: readonly string[]): string {
  const bare = typed.replace(/[^\d+]/g, "").replace(/^00/, "+");
  const number = bare.startsWith("+") ? bare : home + bare;
  const prefix = prefixes.find((p) => number.startsWith(p));
  if (prefix === undefined) return "";
  const rest = number.slice(prefix.length);
  const long = /^\+42[01]$/.test(prefix) ? rest.length === 9 : rest.length >= 5 && number.length <= 16;
  return long ? number : "";
}
