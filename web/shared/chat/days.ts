import type { Line, SaidLine, ToldLine } from "./chat";

/** A log in the pieces in which it is read: days, and in them runs of lines that one person wrote in one go. */

export interface Run {
  kind: "run";
  key: string;
  from: SaidLine["from"];
  name: string;
  mine: boolean;
  lines: SaidLine[];
}

export interface Day {
  /** The reader's own date, 2026-11-20. */
  key: string;
  at: string;
  parts: (Run | ToldLine)[];
}

/** Who goes on after so long begins anew, with name and time. */
const oneGo = 5 * 60_000;

export function days(lines: readonly Line[]): Day[] {
  const all: Day[] = [];
  for (const line of lines) {
    const key = dateOf(line.at);
    let today = all.at(-1);
    if (today?.key !== key) {
      today = { key, at: line.at, parts: [] };
      all.push(today);
    }
    add(today, line);
  }
  return all;
}

function add(day: Day, line: Line): void {
  const last = day.parts.at(-1);
  if (line.kind === "told") day.parts.push(line);
  else if (last?.kind === "run" && goesOn(last, line)) last.lines.push(line);
  else day.parts.push({ kind: "run", key: line.key, from: line.from, name: line.name, mine: line.mine, lines: [line] });
}

function goesOn(run: Run, line: SaidLine): boolean {
  const before = run.lines.at(-1) as SaidLine;
  const same = run.from === line.from && (run.name === line.name || line.mine);
  return same && Date.parse(line.at) - Date.parse(before.at) < oneGo;
}

function dateOf(at: string): string {
  const d = new Date(at);
  const pad = (n: number) => String(n).padStart(2, "0");
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
}
