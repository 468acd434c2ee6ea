import assert from "node:assert/strict";
import { test } from "node:test";
import { type Found, verdictOf } from "./verdict";

const good: Found = { trouble: null, dead: false, echo: "done", failed: "", heard: -20, packets: 400, back: -22 };

// M016: each result is a word of its own, and trouble that an administrator must see has a code.
test("a sound check ends in one word", () => {
  const cases: [Partial<Found>, string | null, string][] = [
    [{}, "works", ""],
    [{ echo: "not_yet" }, null, ""],
    [{ echo: "calling" }, null, ""],
    [{ echo: "talking" }, null, ""],
    [{ trouble: "refused", echo: "not_yet" }, "refused", ""],
    [{ trouble: "no_microphone", echo: "not_yet" }, "no_microphone", ""],
    [{ dead: true, echo: "not_yet" }, "muted_in_system", ""],
    [{ failed: "unreachable", echo: "not_yet" }, "no_path", "unreachable"],
    [{ failed: "browsers_full", dead: true, echo: "not_yet" }, "no_path", "browsers_full"],
    [{ packets: 0, heard: -100 }, "no_path", "no_packets"],
    [{ heard: -70, back: -70 }, "not_heard", ""],
    [{ back: -100 }, "no_path", "no_return"],
  ];
  for (const [found, word, code] of cases) {
    const verdict = verdictOf({ ...good, ...found });
    assert.equal(verdict?.word ?? null, word, JSON.stringify(found));
    assert.equal(verdict?.code ?? "", code, JSON.stringify(found));
  }
});
