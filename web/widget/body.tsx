import type { ComponentChildren, VNode } from "preact";
import type { Problem } from "../shared/protocol";
import { t } from "../shared/text";
import { Warning } from "../shared/ui/icons-plain";

/** What the pages of the panel are made of. */

export function Body(props: { title?: string; children?: ComponentChildren }): VNode {
  return (
    <div class="body">
      {props.title && <h3>{props.title}</h3>}
      {props.children}
    </div>
  );
}

/** One way on, as wide as the panel. */
export function Row(props: {
  /** Where it leads. */
  to: string;
  icon: VNode;
  title: string;
  what: string;
  aside?: string;
  open(): void;
  reach?(): void;
}): VNode {
  return (
    <button
      type="button"
      class={`row to-${props.to}`}
      data-first
      onClick={props.open}
      onPointerEnter={props.reach}
      onFocus={props.reach}
    >
      <span class="face">{props.icon}</span>
      <span class="words">
        <strong>{props.title}</strong>
        <span>{props.what}</span>
      </span>
      {props.aside && <span class="aside num">{props.aside}</span>}
    </button>
  );
}

export function Fault(props: { words: string; more?: string; id?: string }): VNode {
  return (
    <p class="fault" id={props.id} role="alert">
      <Warning small />
      <span>
        {props.words} {props.more}
      </span>
    </p>
  );
}

/** Why the server did not do it, in its own words. */
export function Refused({ why }: { why: Problem | null }): VNode | null {
  if (!why) return null;
  if (why.code === "unreachable") return <Fault words={t("widget.lost")} />;
  return <Fault words={why.title || t("widget.failed")} more={why.detail} />;
}
