/**
 * The Markdown of a chat: **bold**, _italic_, `code`, lists, links. It makes a plain tree and knows no HTML: what it
 * does not know stays as it was typed. Marks hold within one line. Each sign is looked at a fixed number of times, so
 * that no text, however wicked, takes longer than its length.
 */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "break" }
  | { kind: "code"; text: string }
  | { kind: "bold" | "italic"; of: Inline[] }
  | { kind: "link"; href: string; of: Inline[] };

export type Block =
  | { kind: "paragraph"; of: Inline[] }
  | { kind: "list"; ordered: boolean; start: number; items: Inline[][] };

export function parse(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.trim() === "") {
      open = null;
      continue;
    }
    const item = itemOf(line);
    const next: Block = item ? join(open, item) : addLine(open, line);
    if (next !== open) blocks.push(next);
    open = next;
  }
  return blocks;
}

interface Item {
  ordered: boolean;
  number: number;
  words: string;
}

function itemOf(line: string): Item | null {
  const [, bullet, number, words] = /^ {0,8}(?:(-)|(\d{1,4})[.)]) +(.*)$/.exec(line) ?? [];
  if (words === undefined) return null;
  return { ordered: bullet === undefined, number: Number(number ?? 1), words };
}

function join(open: Block | null, item: Item): Block {
  const list: Block =
    open?.kind === "list" && open.ordered === item.ordered
      ? open
      : { kind: "list", ordered: item.ordered, start: item.number, items: [] };
  list.items.push(inline(item.words));
  return list;
}

function addLine(open: Block | null, line: string): Block {
  if (open?.kind !== "paragraph") return { kind: "paragraph", of: inline(line) };
  open.of.push({ kind: "break" });
  for (const piece of inline(line)) open.of.push(piece);
  return open;
}

/** What has been opened and may be closed: at its end it becomes a node, or text again. */
interface Frame {
  mark: "" | "**" | "_" | "[";
  of: Inline[];
}

/** The pieces of one line. At most one bold, one italic and a link below and above each are open at a time. */
class Line {
  private readonly frames: Frame[] = [{ mark: "", of: [] }];
  private at = 0;

  constructor(private readonly line: string) {}

  read(): Inline[] {
    let plain = 0;
    while (this.at < this.line.length) {
      const before = this.at;
      const made = this.step();
      if (this.at === before) {
        this.at += 1;
        continue;
      }
      this.text(this.line.slice(plain, before));
      plain = this.at;
      made();
    }
    this.text(this.line.slice(plain));
    while (this.frames.length > 1) this.spoil();
    return this.top().of;
  }

  /** Reads a mark where there is one, moves behind it and says what it does; elsewhere it stays where it is. */
  private step(): () => void {
    switch (this.line[this.at]) {
      case "*":
        return this.emphasis("**", "bold");
      case "_":
        return this.emphasis("_", "italic");
      case "`":
        return this.code();
      case "[":
        return this.openLink();
      case "]":
        return this.closeLink();
      case "h":
      case "H":
      case "w":
      case "W":
        return this.address();
      default:
        return nothing;
    }
  }

  private emphasis(mark: "**" | "_", kind: "bold" | "italic"): () => void {
    if (!this.line.startsWith(mark, this.at)) return nothing;
    const [before, after] = [this.line[this.at - 1] ?? " ", this.line[this.at + mark.length] ?? " "];
    const open = this.frames.some((f) => f.mark === mark);
    if (open ? before === " " || (mark === "_" && isWord(after)) : after === " " || (mark === "_" && isWord(before))) {
      return nothing;
    }
    this.at += mark.length;
    return () => {
      if (open) this.close(mark, (of) => (of.length > 0 ? { kind, of } : { kind: "text", text: mark + mark }));
      else this.frames.push({ mark, of: [] });
    };
  }

  private code(): () => void {
    const end = this.line.indexOf("`", this.at + 1);
    if (end <= this.at + 1) return nothing;
    const text = this.line.slice(this.at + 1, end);
    this.at = end + 1;
    return () => this.add({ kind: "code", text });
  }

  private openLink(): () => void {
    this.at += 1;
    return () => {
      if (this.top().mark === "[") this.spoil();
      this.frames.push({ mark: "[", of: [] });
    };
  }

  private closeLink(): () => void {
    if (this.line[this.at + 1] !== "(" || !this.frames.some((f) => f.mark === "[")) return nothing;
    const end = endOfTarget(this.line, this.at + 2);
    const href = end < 0 ? null : safeLink(this.line.slice(this.at + 2, end));
    if (href === null) return nothing;
    this.at = end + 1;
    return () => this.close("[", (of) => ({ kind: "link", href, of: honest(of, href) }));
  }

  private address(): () => void {
    if (isWord(this.line[this.at - 1] ?? " ")) return nothing;
    bare.lastIndex = this.at;
    const found = bare.exec(this.line)?.[0];
    if (found === undefined) return nothing;
    const text = withoutEnd(found);
    const href = safeLink(/^www\./i.test(text) ? `https://${text}` : text);
    this.at += text.length;
    return () => {
      if (href === null) this.text(text);
      else this.add({ kind: "link", href, of: [{ kind: "text", text }] });
    };
  }

  private top(): Frame {
    return this.frames.at(-1) as Frame;
  }

  private add(piece: Inline): void {
    if (piece.kind === "text" && piece.text === "") return;
    const of = this.top().of;
    const last = of.at(-1);
    if (piece.kind === "text" && last?.kind === "text")
      of[of.length - 1] = { kind: "text", text: last.text + piece.text };
    else of.push(piece);
  }

  private text(text: string): void {
    this.add({ kind: "text", text });
  }

  /** Ends the frame of this mark; what was opened in it and not closed is text. */
  private close(mark: Frame["mark"], make: (of: Inline[]) => Inline): void {
    while (this.top().mark !== mark) this.spoil();
    const { of } = this.frames.pop() as Frame;
    this.add(make(of));
  }

  /** The last frame was none: its mark is text. */
  private spoil(): void {
    const { mark, of } = this.frames.pop() as Frame;
    this.text(mark);
    for (const piece of of) this.add(piece);
  }
}

function nothing(): void {}

function inline(line: string): Inline[] {
  return new Line(line).read();
}

/** Letters of any script, figures: what a mark inside a word stands between. */
function isWord(sign: string): boolean {
  return /[\p{L}\p{N}_]/u.test(sign);
}

/** Sticky: it is tried where a link may begin, and takes what it has found away with it. */
const bare = /(?:https?:\/\/|www\.)[^\s<>"`[\]]+/iy;

/** A sentence's own end is no part of the address in it; a bracket is, when it was opened there. */
function withoutEnd(address: string): string {
  let open = 0;
  for (const sign of address) open += sign === "(" ? 1 : sign === ")" ? -1 : 0;
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] as string;
    if (last === ")" && open < 0) open += 1;
    else if (!".,;:!?'*_…".includes(last)) break;
  }
  return address.slice(0, end);
}

/** Where "(target)" ends, or -1. A target has no blanks and no square brackets; round ones in pairs. */
function endOfTarget(line: string, from: number): number {
  let depth = 0;
  for (let i = from; i < line.length; i++) {
    const sign = line[i] as string;
    if (sign === ")" && depth === 0) return i;
    if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
    else if (/[\s[\]]/.test(sign)) return -1;
  }
  return -1;
}

/**
 * The address to link to, or null: whatever is not http, https, mailto or tel could run something, and a name before
 * the host or a sign that turns the direction of writing could mislead.
 */
export function safeLink(target: string): string | null {
  if (!/^(?:https?:\/\/|mailto:|tel:)[!-~\u00a1-\uffff]+$/i.test(target)) return null;
  if (/[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.test(target)) return null;
  try {
    const url = new URL(target);
    return url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}

/** Words that look like an address of their own would hide where the link leads: then the address itself is shown. */
function honest(words: Inline[], href: string): Inline[] {
  const said = words.map(plainOf).join("");
  return said.trim() === "" || /:\/\/|www\./i.test(said) ? [{ kind: "text", text: href }] : words;
}

/** A text without its marks, for where only a line of it is shown. */
export function plain(text: string): string {
  const lines = parse(text).flatMap((b) => (b.kind === "paragraph" ? [b.of] : b.items));
  return lines.map((l) => l.map(plainOf).join("")).join(" ");
}

function plainOf(piece: Inline): string {
  switch (piece.kind) {
    case "text":
    case "code":
      return piece.text;
    case "break":
      return " ";
    default:
      return piece.of.map(plainOf).join("");
  }
}
