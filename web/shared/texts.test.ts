import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const languages = ["en", "cs", "ru"] as const;
const forms = /\.(zero|one|two|few|many|other)$/;

function sentences(language: string): Record<string, string> {
  return JSON.parse(readFileSync(path.join(WEB, "shared/texts", `${language}.json`), "utf8")) as Record<string, string>;
}

/** Keys with the plural form taken off: what every language must have. */
function stems(all: Record<string, string>): string[] {
  return [...new Set(Object.keys(all).map((k) => (isPlural(all, k) ? k.replace(forms, "") : k)))].sort();
}

function isPlural(all: Record<string, string>, key: string): boolean {
  return forms.test(key) && `${key.replace(forms, "")}.other` in all;
}

function sources(): string {
  const files = readdirSync(WEB, { recursive: true }).map(String);
  const mine = files.filter((f) => /\.tsx?$/.test(f) && !f.startsWith("dist") && !f.includes(".test."));
  return mine.map((f) => readFileSync(path.join(WEB, f), "utf8")).join("\n");
}

// I027
test("every language has every key", () => {
  const english = stems(sentences("en"));
  for (const language of languages) assert.deepEqual(stems(sentences(language)), english, language);
});

test("every plural has the forms that its language wants", () => {
  for (const language of languages) {
    const all = sentences(language);
    const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const stem of stems(all).filter((s) => `${s}.other` in all)) {
      for (const form of wanted) assert.ok(`${stem}.${form}` in all, `${language}: ${stem}.${form}`);
    }
  }
});

test("every language fills the same parameters", () => {
  const english = sentences("en");
  const names = (s: string) => [...new Set(s.match(/\{\w+\}/g) ?? [])].sort();
  for (const language of languages) {
    const all = sentences(language);
    for (const key of Object.keys(all)) {
      const model = english[key] ?? english[key.replace(forms, ".other")] ?? "";
      assert.deepEqual(names(all[key] ?? ""), names(model), `${language}: ${key}`);
    }
  }
});

test("no sentence is empty, padded or left in another script", () => {
  for (const language of languages) {
    for (const [key, words] of Object.entries(sentences(language))) {
      assert.equal(words, words.trim(), `${language}: ${key}`);
      assert.notEqual(words, "", `${language}: ${key}`);
      if (language !== "ru") assert.ok(!/[а-яё]/i.test(words), `${language}: ${key}`);
    }
  }
});

/** Refusals, reasons of waiting, what a ringing phone shows, what the program says in a chat, mails and the page of an invitation are named in Go; api and routing/mail compare theirs. */
test("every key is used", () => {
  const code = sources();
  const built = [...code.matchAll(/`([a-z_]+\.[a-z_]*)\$\{/g)].map((m) => m[1] ?? "");
  for (const stem of stems(sentences("en"))) {
    if (/^(error|flaw|why|ring|said|mail|invited)\./.test(stem)) continue;
    const used = code.includes(`"${stem}"`) || built.some((b) => stem.startsWith(b));
    assert.ok(used, stem);
  }
});
