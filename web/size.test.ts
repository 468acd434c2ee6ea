import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

const dist = mkdtempSync(path.join(os.tmpdir(), "sufler-dist-"));
const weight = (file: string) => gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length;

/** The files that a script brings with it: what it imports at once, without the lazy ones. */
function withImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(path.join(dist, file), "utf8");
  const names = [...code.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g)];
  for (const [, name] of names) withImports(`assets/${name}`, seen);
  return seen;
}

const total = (files: Iterable<string>) => [...files].reduce((sum, f) => sum + weight(f), 0);
const asset = (name: RegExp) => {
  const found = readdirSync(path.join(dist, "assets")).find((f) => name.test(f));
  assert.ok(found, String(name));
  return `assets/${found}`;
};

before(() => {
  const built = spawnSync(process.execPath, [path.join(WEB, "build.mjs"), dist], { stdio: "inherit" });
  assert.equal(built.status, 0);
});

after(() => rmSync(dist, { recursive: true }));

test("the loader on a customer's page weighs at most 1.5 kB", () => {
  assert.ok(weight("widget.js") <= 1500, `${weight("widget.js")} B`);
});

/** The heaviest language of a page, as the chunk that its words are in. */
function longest(word: string): number {
  const files = readdirSync(path.join(dist, "assets")).filter((f) => /^(en|cs|ru)-/.test(f));
  const mine = files.filter((f) => readFileSync(path.join(dist, "assets", f), "utf8").includes(`"${word}"`));
  assert.equal(mine.length, 3, word);
  return Math.max(...mine.map((f) => weight(`assets/${f}`)));
}

const app = () => withImports(asset(/^widget-\w+\.js$/));

test("what runs on a page whose widget nobody opens weighs at most 4 kB", () => {
  const visit = total(withImports(asset(/^visit-\w+\.js$/)));
  assert.ok(visit <= 4000, `${visit} B`);
});

test("the opened widget with the chat weighs at most 25 kB, and the longest language of it 2.5 kB", () => {
  assert.ok(total(app()) <= 25_000, `${total(app())} B`);
  assert.ok(longest("widget.call_me") <= 2500, `${longest("widget.call_me")} B`);
});

for (const [name, most] of [
  ["call", 5000],
  ["talk", 15_000],
  ["more", 4000],
] as const) {
  test(`what "${name}" needs comes by itself, and weighs at most ${most / 1000} kB`, () => {
    const before = app();
    const part = [...withImports(asset(new RegExp(`^part-${name}-\\w+\\.js$`)))].filter((f) => !before.has(f));
    assert.ok(total(part) > 1000 && total(part) <= most, `${total(part)} B`);
  });
}

test("nothing of a talk is in what a chat needs", () => {
  for (const f of app()) assert.ok(!readFileSync(path.join(dist, f), "utf8").includes("new RTCPeerConnection"), f);
});

test("the desk's first load weighs at most 120 kB", () => {
  const desk = total(withImports(asset(/^desk-\w+\.js$/))) + weight(asset(/^desk-\w+\.css$/));
  assert.ok(desk <= 120_000, `${desk} B`);
});

test("no page holds an inline script, an inline style or a string for eval", () => {
  const pages = ["index.html", "desk/index.html", "demo/index.html"];
  for (const page of pages) {
    const html = readFileSync(path.join(dist, page), "utf8");
    assert.ok(!/<script(?![^>]*\ssrc=)/.test(html), `${page}: inline script`);
    assert.ok(!/<style|\sstyle=|\son\w+=/.test(html), `${page}: inline style or handler`);
  }
});
