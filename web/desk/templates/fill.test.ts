import assert from "node:assert/strict";
import { test } from "node:test";
import type { Template } from "../words/words";
import { filled, folded, hashBefore, matching, shortcutsFor } from "./fill";

const template = (title: string, shortcut: string, text = ""): Template => ({
  id: title,
  order: 0,
  title,
  shortcut,
  text,
  language: "",
});

test("names are filled in, and one that is not known leaves no gap", () => {
  const names = { visitor: "Jan", operator: "Anna" };
  assert.equal(filled("Hello {visitor}, {operator} here.", names), "Hello Jan, Anna here.");
  assert.equal(filled("Hello {visitor}, {operator} here.", { ...names, visitor: "" }), "Hello, Anna here.");
});

// M162: the same folding finds people.
test("diacritics and case are of no matter to a search", () => {
  assert.equal(folded("Řeší ŠTÍTKY"), "resi stitky");
  const all = [template("Řešení", "res"), template("Doprava", "dop", "zdarma")];
  const titles = (looked: string) => matching(all, looked).map((t) => t.title);
  assert.deepEqual(titles("resen"), ["Řešení"]);
  assert.deepEqual(titles("ZDARMA"), ["Doprava"]);
  assert.deepEqual(titles("#dop"), ["Doprava"]);
  assert.deepEqual(titles("  "), ["Řešení", "Doprava"]);
});

test("a shortcut is looked for where # begins a word before the caret", () => {
  assert.deepEqual(hashBefore("Hi #par", 7), { at: 3, word: "par" });
  assert.deepEqual(hashBefore("#", 1), { at: 0, word: "" });
  assert.deepEqual(hashBefore("Hi #par cel", 7), { at: 3, word: "par" });
  for (const [text, caret] of [
    ["order#20481", 11],
    ["Hi #par ", 8],
    ["Hi", 2],
  ] as const) {
    assert.equal(hashBefore(text, caret), null, text);
  }
});

test("shortcuts that begin so are offered, the exact one first", () => {
  const all = [template("a", "parcel"), template("b", "par"), template("c", "refund"), template("d", "")];
  assert.deepEqual(
    shortcutsFor(all, "PAR").map((t) => t.title),
    ["b", "a"],
  );
  assert.equal(shortcutsFor(all, "").length, 3);
});
