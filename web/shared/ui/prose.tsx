import { Component, type VNode } from "preact";
import { type Block, type Inline, parse } from "../markdown";

/** A text of the chat as its writer meant it. It is drawn from a tree of a few known kinds, so no text becomes markup. */
export class Prose extends Component<{ text: string }> {
  /** A log is drawn anew with each of its lines; a line is read once. */
  override shouldComponentUpdate(next: { text: string }): boolean {
    return next.text !== this.props.text;
  }

  render({ text }: { text: string }): VNode {
    return <div class="prose">{parse(text).map(drawBlock)}</div>;
  }
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
