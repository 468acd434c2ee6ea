/** What the formatting menu does with a text: pure, so that it can be tried without a page. */

export interface Selected {
  text: string;
  from: number;
  to: number;
}

export type Format = "bold" | "italic" | "list" | "link";

const marks = { bold: "**", italic: "_" } as const;

/** The text after a format was chosen, with what is selected then. The same choice again takes it away. */
export function format(s: Selected, how: Format): Selected {
  switch (how) {
    case "bold":
    case "italic":
      return mark(s, marks[how]);
    case "list":
      return list(s);
    case "link":
      return link(s);
  }
}

const put = (s: Selected, from: number, to: number, words: string, select: [number, number]): Selected => ({
  text: s.text.slice(0, from) + words + s.text.slice(to),
  from: from + select[0],
  to: from + select[1],
});

function mark(s: Selected, sign: string): Selected {
  const n = sign.length;
  const around = s.text.slice(s.from - n, s.from) === sign && s.text.slice(s.to, s.to + n) === sign;
  const words = s.text.slice(s.from, s.to);
  if (around) return put(s, s.from - n, s.to + n, words, [0, words.length]);
  // A mark holds only against a word, so blanks at the ends stay outside.
  const [, before = "", middle = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(words) ?? [];
  const start = before.length + n;
  return put(s, s.from, s.to, before + sign + middle + sign + after, [start, start + middle.length]);
}

/** Each line that the selection touches becomes a point of a list, or stops being one. */
function list(s: Selected): Selected {
  const from = s.text.lastIndexOf("\n", s.from - 1) + 1;
  const end = s.text.indexOf("\n", s.to);
  const to = end < 0 ? s.text.length : end;
  const lines = s.text.slice(from, to).split("\n");
  const all = lines.every((l) => l.startsWith("- "));
  const words = lines.map((l) => (all ? l.slice(2) : `- ${l}`)).join("\n");
  return put(s, from, to, words, [words.length, words.length]);
}

/** What is selected becomes the address when it looks like one, else the words; the other part is selected to be typed. */
function link(s: Selected): Selected {
  const words = s.text.slice(s.from, s.to);
  if (/^https?:\/\/\S+$/.test(words)) return put(s, s.from, s.to, `[](${words})`, [1, 1]);
  const address = "https://";
  return put(s, s.from, s.to, `[${words}](${address})`, [words.length + 3, words.length + 3 + address.length]);
}

/** Words put in place of what is selected, with the caret behind them; a blank parts them from a word before. */
export function inserted(s: Selected, words: string): Selected {
  const gap = s.from > 0 && !/\s/.test(s.text[s.from - 1] ?? " ") ? " " : "";
  return put(s, s.from, s.to, gap + words, [gap.length + words.length, gap.length + words.length]);
}
