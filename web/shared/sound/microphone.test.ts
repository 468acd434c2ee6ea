import assert from "node:assert/strict";
import { test } from "node:test";
import { NoMicrophone, troubleOf } from "./microphone";

test("every refusal of a browser has a word of ours", () => {
  const words = {
    NotAllowedError: "refused",
    SecurityError: "refused",
    NotFoundError: "no_microphone",
    OverconstrainedError: "no_microphone",
    NotReadableError: "in_use",
    AbortError: "in_use",
    TypeError: "unsupported",
  };
  for (const [name, word] of Object.entries(words)) {
    assert.equal(troubleOf(new DOMException("", name)), word, name);
  }
  assert.equal(troubleOf(new NoMicrophone("insecure_page")), "insecure_page");
});
