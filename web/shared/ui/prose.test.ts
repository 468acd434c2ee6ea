import assert from "node:assert/strict";
import { test } from "node:test";
import type { ComponentChildren, VNode } from "preact";
import { parse } from "../markdown";
import { payloads } from "../testing/xss";
import { drawBlock } from "./prose";

type Drawn = VNode<Record<string, unknown>>;

function everyNode(child: ComponentChildren): Drawn[] {
  if (Array.isArray(child)) return child.flatMap(everyNode);
  if (typeof child !== "object" || child === null) return [];
  const node = child as Drawn;
  return [node, ...everyNode(node.props.children as ComponentChildren)];
}

const drawn = (text: string) => everyNode(parse(text).map(drawBlock));

// M072
test("a link opens apart, tells the other page nothing and gives it no hold on ours", () => {
  const [, a] = drawn("https://a.cz/x");
  assert.equal(a?.type, "a");
  const { children, ...rest } = a?.props ?? {};
  assert.deepEqual(rest, { href: "https://a.cz/x", target: "_blank", rel: "noopener noreferrer" });
});

// M075
test("the corpus is drawn with a handful of elements and no way to run anything", () => {
  const may = ["p", "ul", "ol", "li", "br", "code", "strong", "em", "a"];
  const attributes = ["children", "href", "target", "rel", "start"];
  for (const p of payloads) {
    for (const node of drawn(`- ${p}\n\n**${p}** [${p}](https://a.cz) [a](${p})`)) {
      assert.ok(may.includes(String(node.type)), p);
      for (const name of Object.keys(node.props)) assert.ok(attributes.includes(name), `${p}: ${name}`);
    }
  }
});
