import assert from "node:assert/strict";
import { test } from "node:test";
import type { Line } from "./chat";
import { days } from "./days";

/** Local time: the days are the reader's. */
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).toISOString();

function said(when: string, from: "visitor" | "operator", name = ""): Line {
  const mine = from === "visitor";
  return {
    kind: "said",
    key: when,
    n: 1,
    at: when,
    from,
    name,
    text: "",
    mine,
    state: mine ? "sent" : "",
    refused: null,
  };
}

const told = (when: string): Line => ({
  kind: "told",
  key: when,
  n: 1,
  at: when,
  entry: { n: 1, at: when, kind: "session.returned", by: { role: "system", id: "", name: "" }, data: {} },
});

const shape = (lines: Line[]) =>
  days(lines).map((d) => [d.key, ...d.parts.map((p) => (p.kind === "run" ? `${p.from} ${p.lines.length}` : "told"))]);

test("a log is parted by the reader's days, and in them by who wrote in one go", () => {
  assert.deepEqual(
    shape([
      said(at(20, 23, 58), "visitor"),
      said(at(20, 23, 59), "visitor"),
      said(at(21, 0, 1), "visitor"),
      said(at(21, 0, 2), "operator", "Anna"),
      said(at(21, 0, 3), "operator", "Anna"),
      said(at(21, 0, 4), "operator", "Boris"),
      told(at(21, 0, 5)),
      said(at(21, 0, 6), "operator", "Boris"),
    ]),
    [
      ["2026-11-20", "visitor 2"],
      ["2026-11-21", "visitor 1", "operator 2", "operator 1", "told", "operator 1"],
    ],
  );
});

test("who goes on after five minutes begins anew", () => {
  assert.deepEqual(
    shape([said(at(20, 10), "visitor"), said(at(20, 10, 4), "visitor"), said(at(20, 10, 9), "visitor")]),
    [["2026-11-20", "visitor 2", "visitor 1"]],
  );
});
