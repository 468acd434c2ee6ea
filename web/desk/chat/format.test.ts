import assert from "node:assert/strict";
import { test } from "node:test";
import { type Format, format, inserted, type Selected } from "./format";

/** A text with its selection in brackets. */
function of(marked: string): Selected {
  const from = marked.indexOf("⟨");
  const to = marked.indexOf("⟩") - 1;
  return { text: marked.replace(/[⟨⟩]/g, ""), from, to };
}

function show(s: Selected): string {
  return `${s.text.slice(0, s.from)}⟨${s.text.slice(s.from, s.to)}⟩${s.text.slice(s.to)}`;
}

// M075: the whole draft or a part of it.
test("a format holds for what is selected, and is taken away by the same choice", () => {
  const cases: [Format, string, string][] = [
    ["bold", "the ⟨parcel⟩ came", "the **⟨parcel⟩** came"],
    ["bold", "the **⟨parcel⟩** came", "the ⟨parcel⟩ came"],
    ["bold", "the⟨ parcel ⟩came", "the **⟨parcel⟩** came"],
    ["bold", "the ⟨⟩", "the **⟨⟩**"],
    ["italic", "⟨all of it⟩", "_⟨all of it⟩_"],
    ["list", "one⟨\n⟩two", "- one\n- two⟨⟩"],
    ["list", "⟨- one\n- two⟩", "one\ntwo⟨⟩"],
    ["list", "before\n⟨a⟩\nafter", "before\n- a⟨⟩\nafter"],
    ["list", "⟨⟩", "- ⟨⟩"],
    ["link", "see ⟨here⟩", "see [here](⟨https://⟩)"],
    ["link", "see ⟨https://a.example/x⟩", "see [⟨⟩](https://a.example/x)"],
  ];
  for (const [how, before, after] of cases) assert.equal(show(format(of(before), how)), after, `${how}: ${before}`);
});

test("what is put in stands apart from the word before it, and the caret behind it", () => {
  assert.equal(show(inserted(of("Hello⟨⟩"), "Jan")), "Hello Jan⟨⟩");
  assert.equal(show(inserted(of("Hello ⟨x⟩!"), "Jan")), "Hello Jan⟨⟩!");
  assert.equal(show(inserted(of("⟨⟩"), "Jan")), "Jan⟨⟩");
});
