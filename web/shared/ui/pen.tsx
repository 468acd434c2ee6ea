import type { VNode } from "preact";

/** Icons drawn on a grid of 24 with a pen of 1.75. They are ornament: the word stands beside them. */
export type Icon = (props: { small?: boolean; class?: string }) => VNode;

export function stroke(...paths: string[]): Icon {
  const d = paths.join("");
  return ({ small, class: extra }) => (
    <svg class={`icon${small ? " small" : ""}${extra ? ` ${extra}` : ""}`} viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={d}
        fill="none"
        stroke="currentColor"
        stroke-width="1.75"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

export function solid(d: string): Icon {
  return ({ small, class: extra }) => (
    <svg class={`icon${small ? " small" : ""}${extra ? ` ${extra}` : ""}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={d} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
