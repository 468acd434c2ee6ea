import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { type Block, type Inline, parse } from "../markdown";

/** A text of the chat as its writer meant it. It is drawn from a tree of a few known kinds, so no text becomes markup. */
export function Prose({ text }: { text: string }): VNode {
  const blocks = useMemo(() => parse(text), [text]);
  return <div class="prose">{blocks.map(drawBlock)}</div>;
}

export function drawBlock(b: Block): VNode {
  if (b.kind === "paragraph") return <p>{b.of.map(drawInline)}</p>;
  const items = b.items.map((of) => <li>{of.map(drawInline)}</li>);
  return b.ordered ? <ol start={b.start}>{items}</ol> : <ul>{items}</ul>;
}

function drawInline(i: Inline): VNode | string {
  switch (i.kind) {
    case "text":
      return i.text;
    case "break":
      return <br />;
    case "code":
      return <code>{i.text}</code>;
    case "bold":
      return <strong>{i.of.map(drawInline)}</strong>;
    case "italic":
      return <em>{i.of.map(drawInline)}</em>;
    case "link":
      return (
        <a href={i.href} target="_blank" rel="noopener noreferrer">
          {i.of.map(drawInline)}
        </a>
      );
  }
}
