import assert from "node:assert/strict";
import { test } from "node:test";
import type { Line } from "../../shared/chat/chat";
import type { Entry } from "../../shared/protocol";
import { later } from "../testing/sessions";
import { notesIn, pagesIn, seenAt } from "./facts";

const told = (n: number, kind: string, data: object): Line => {
  const entry = { n, at: later(n), kind, by: { role: "operator", id: "a", name: "Anna" }, data } as Entry;
  return { kind: "told", key: `n${n}`, n, at: entry.at, entry };
};

// M098: in the order in which they were looked at.
test("pages stand newest first by when they were looked at, and one that is told again is one", () => {
  const lines = [
    told(3, "page.seen", { url: "/order", title: "", at: later(-60) }),
    told(4, "page.seen", { url: "/lamps", title: "", at: later(-300) }),
    told(5, "page.seen", { url: "/order", title: "" }),
    told(6, "page.seen", { url: "/help", title: "" }),
    told(7, "page.seen", { url: "/order", title: "" }),
  ];
  const pages = pagesIn(lines);
  assert.deepEqual(
    pages.map((p) => p.data.url),
    ["/order", "/help", "/order", "/lamps"],
  );
  assert.equal(seenAt(pages[2] as (typeof pages)[0]), later(-60));
});

test("notes are notes and nothing else", () => {
  const lines = [told(1, "note.written", { id: "x", text: "wants it" }), told(2, "tag.added", { tag: "vip" })];
  assert.deepEqual(
    notesIn(lines).map((n) => n.data.text),
    ["wants it"],
  );
});
