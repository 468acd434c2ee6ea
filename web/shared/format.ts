import { language } from "./text";

const pad = (n: number) => String(n).padStart(2, "0");

/** 4:12, from an hour 1:04:12. Never negative: clocks differ, time does not run backwards. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(s / 3600);
  const m = Math.floor(s / 60) % 60;
  return h > 0 ? `${h}:${pad(m)}:${pad(s % 60)}` : `${m}:${pad(s % 60)}`;
}

/** Whole minutes in words, "" below the first one. */
export function minutes(ms: number): string {
  const n = Math.floor(ms / 60_000);
  if (n < 1) return "";
  return new Intl.NumberFormat(language.value, { style: "unit", unit: "minute", unitDisplay: "long" }).format(n);
}

export function count(n: number): string {
  return new Intl.NumberFormat(language.value).format(n);
}

/** The sign is U+2212, as wide as a digit in tabular figures. */
export function decibels(dbfs: number): string {
  const n = Math.round(dbfs);
  return n < 0 ? `\u2212${-n}` : String(n);
}

export function withUnit(dbfs: number): string {
  return `${decibels(dbfs)}\u00a0${language.value === "ru" ? "дБ" : "dB"}`;
}

export function clock(at: string | number, seconds = false): string {
  return new Intl.DateTimeFormat(language.value, {
    hour: "numeric",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    hourCycle: "h23",
  }).format(new Date(at));
}

export function day(at: string | number): string {
  return new Intl.DateTimeFormat(language.value, { day: "numeric", month: "short", year: "numeric" }).format(
    new Date(at),
  );
}

/** A day of this year without the year. */
export function shortDay(at: string | number, now: number): string {
  const date = new Date(at);
  const year = date.getFullYear() === new Date(now).getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(language.value, { day: "numeric", month: "short", ...year }).format(date);
}

export function bytes(n: number): string {
  const format = (v: number, unit: string) =>
    new Intl.NumberFormat(language.value, { style: "unit", unit, maximumFractionDigits: v < 10 ? 1 : 0 }).format(v);
  return n < 1_000_000 ? format(n / 1000, "kilobyte") : format(n / 1_000_000, "megabyte");
}

/** E.164 with spaces where the reader of +420 and +421 expects them; everything else as it came. */
export function phoneNumber(number: string): string {
  const home = /^(\+42[01])(\d{3})(\d{3})(\d{3})$/.exec(number);
  return home ? home.slice(1).join("\u00a0") : number;
}

/** "cs" -> "čeština", in the reader's own words; what nobody knows as it came. */
export function languageName(code: string): string {
  if (!/^[a-z]{2,3}(-|$)/i.test(code)) return code;
  return new Intl.DisplayNames(language.value, { type: "language" }).of(code) ?? code;
}

/** "Anna Malá" -> "AM". */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((w) => w !== "");
  return (words.length > 1 ? [words[0], words.at(-1)] : words).map((w) => w?.[0] ?? "").join("");
}

/** Where a level stands on a meter, 0 to 1: −60 at the left, −20 in the middle, 0 dBFS at the right. */
export function meterPosition(dbfs: number): number {
  const d = Math.min(0, Math.max(-60, dbfs));
  return d < -20 ? (d + 60) / 80 : 0.5 + (d + 20) / 40;
}
