import assert from "node:assert/strict";
import { test } from "node:test";
import { type Block, type Inline, parse, plain, safeLink } from "./markdown";
import { payloads } from "./testing/xss";

const text = (s: string): Inline => ({ kind: "text", text: s });
const bold = (...of: Inline[]): Inline => ({ kind: "bold", of });
const italic = (...of: Inline[]): Inline => ({ kind: "italic", of });
const link = (href: string, ...of: Inline[]): Inline => ({ kind: "link", href, of });
const paragraph = (...of: Inline[]): Block => ({ kind: "paragraph", of });
const line = (s: string): Inline[] => {
  const [only, ...more] = parse(s);
  assert.ok(only?.kind === "paragraph" && more.length === 0, s);
  return only.of;
};

// M075
test("bold, italic and code are read, one in the other too", () => {
  assert.deepEqual(line("a **b** c"), [text("a "), bold(text("b")), text(" c")]);
  assert.deepEqual(line("a _b_ c"), [text("a "), italic(text("b")), text(" c")]);
  assert.deepEqual(line("`a **b**`"), [{ kind: "code", text: "a **b**" }]);
  assert.deepEqual(line("**a _b_**"), [bold(text("a "), italic(text("b")))]);
  assert.deepEqual(line("_a **b**!_"), [italic(text("a "), bold(text("b")), text("!"))]);
});

test("signs that mark nothing stay as they were typed", () => {
  for (const typed of [
    "2 * 3 ** 4",
    "a ** b ** c",
    "snake_case_name and _x",
    "**open",
    "a `b",
    "[a] (b)",
    "[a](b)",
    "a]b[c",
    "****",
    "``",
    "_ _",
    "***",
    "](a)",
    "1.5 kg",
    "-5 °C",
  ]) {
    assert.deepEqual(line(typed), [text(typed)], typed);
  }
  assert.deepEqual(line("**a _b**"), [bold(text("a _b"))]);
  assert.deepEqual(line("**a [b** c"), [bold(text("a [b")), text(" c")]);
});

// M075
test("lines with a dash or a number become lists, each kind its own", () => {
  assert.deepEqual(parse("Menu:\n- a\n- **b**\n3. c\n4) d\n\nend"), [
    paragraph(text("Menu:")),
    { kind: "list", ordered: false, start: 1, items: [[text("a")], [bold(text("b"))]] },
    { kind: "list", ordered: true, start: 3, items: [[text("c")], [text("d")]] },
    paragraph(text("end")),
  ]);
});

test("a line break stays, and an empty line parts paragraphs", () => {
  assert.deepEqual(parse("a\r\nb\n\n\nc\n"), [
    paragraph(text("a"), { kind: "break" }, text("b")),
    paragraph(text("c")),
  ]);
  assert.deepEqual(parse(""), []);
  assert.deepEqual(parse(" \n\t"), []);
});

// M072
test("addresses are found in the text, without the sentence's own end", () => {
  assert.deepEqual(line("See https://a.cz/x?y=1#z."), [
    text("See "),
    link("https://a.cz/x?y=1#z", text("https://a.cz/x?y=1#z")),
    text("."),
  ]);
  assert.deepEqual(line("(www.a.cz)"), [text("("), link("https://www.a.cz/", text("www.a.cz")), text(")")]);
  assert.deepEqual(line("https://a.cz/b_(c)"), [link("https://a.cz/b_(c)", text("https://a.cz/b_(c)"))]);
  assert.deepEqual(line("**https://a.cz/x_y_z**"), [bold(link("https://a.cz/x_y_z", text("https://a.cz/x_y_z")))]);
  assert.deepEqual(line("xhttps://a.cz"), [text("xhttps://a.cz")]);
});

// M072
test("[words](address) links, to where the reader is told", () => {
  assert.deepEqual(line("a [b **c**](https://a.cz/(x)) d"), [
    text("a "),
    link("https://a.cz/(x)", text("b "), bold(text("c"))),
    text(" d"),
  ]);
  assert.deepEqual(line("[mail](mailto:a@b.cz)"), [link("mailto:a@b.cz", text("mail"))]);
  assert.deepEqual(line("[call](tel:+420777000001)"), [link("tel:+420777000001", text("call"))]);
  assert.deepEqual(line("[https://bank.cz](https://evil.cz)"), [link("https://evil.cz/", text("https://evil.cz/"))]);
  assert.deepEqual(line("[[a](https://a.cz)"), [text("["), link("https://a.cz/", text("a"))]);
});

// M072
test("only http, https, mailto and tel are linked to", () => {
  for (const target of [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "java\tscript:alert(1)",
    " https://a.cz",
    "https://a.cz/ x",
    "data:text/html,x",
    "vbscript:x",
    "file:///x",
    "//a.cz",
    "/x",
    "a.cz",
    "https://bank.cz@evil.cz",
    "https://a.cz/\u202egnp.exe",
    "https://",
    "",
  ]) {
    assert.equal(safeLink(target), null, target);
  }
  assert.equal(safeLink("HTTPS://A.cz/ž"), "https://a.cz/%C5%BE");
});

const kinds = new Set(["text", "break", "code", "bold", "italic", "link"]);

/** Every piece of a tree, and what of it can be read. */
function pieces(blocks: Block[]): Inline[] {
  const inner = (i: Inline): Inline[] => ("of" in i ? [i, ...i.of.flatMap(inner)] : [i]);
  return blocks.flatMap((b) => (b.kind === "paragraph" ? b.of : b.items.flat())).flatMap(inner);
}

function harmless(typed: string): void {
  for (const piece of pieces(parse(typed))) {
    assert.ok(kinds.has(piece.kind), typed);
    if (piece.kind === "link") assert.match(piece.href, /^(https?:\/\/|mailto:|tel:)/, typed);
    for (const value of Object.values(piece)) assert.ok(typeof value === "string" || Array.isArray(value), typed);
  }
}

/** Whether all signs of part stand in whole, in their order. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const sign of part) {
    at = whole.indexOf(sign, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

// M075
test("no text of the corpus becomes anything but text and harmless links", () => {
  assert.ok(payloads.length >= 60);
  for (const p of payloads) {
    harmless(p);
    harmless(`a **${p}** _b`);
    harmless(`[${p}](https://a.cz)`);
    harmless(`[a](${p})`);
    harmless(`https://a.cz/${p}`);
  }
});

/** The same row of numbers in each run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
}

test("any row of signs is read without harm, and nothing is said that was not typed", () => {
  const signs = ["**", "*", "_", "`", "[", "](", "]", "(", ")", "- ", "1. ", "\n", " ", "a", "ž", "😀", "<b>", "&lt;"];
  const more = [
    "https://a.cz",
    "www.b.cz",
    "javascript:",
    "http://",
    "data:,",
    "@",
    "\\",
    "\u0000",
    "\u202e",
    ".",
    "!",
  ];
  const all = [...signs, ...more];
  const roll = dice(7);
  for (let i = 0; i < 5_000; i++) {
    const typed = Array.from({ length: 1 + roll(14) }, () => all[roll(all.length)]).join("");
    harmless(typed);
    const leaves = pieces(parse(typed)).map((p) => ("text" in p ? p.text : ""));
    // An address that is shown for misleading words, and its last stroke, are the only signs that we add.
    const shown = leaves.filter((l) => !safeLink(l)).join("");
    assert.ok(isWithin(shown, typed), JSON.stringify(typed));
  }
});

/** A reader that went back for each sign would sit here for days. */
test("the worst million signs are read in one go", () => {
  const million = (s: string) => s.repeat(1_000_000 / s.length);
  for (const s of ["[", "](", "[a](", "**", "_a", "`", "**[_", "http://,", "www.", "(", "https://a)", "**a_[b"]) {
    assert.ok(parse(million(s)).length > 0, s);
  }
});

test("a text in one line is without its marks", () => {
  assert.equal(plain("**a** _b_\n- [c](https://a.cz)\n- `d`"), "a b c d");
});
