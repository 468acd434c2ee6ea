import type { VNode } from "preact";
import { useRef } from "preact/hooks";

export interface Tab<T extends string> {
  name: T;
  word: string;
  icon: VNode;
  /** An extra class of the tab. */
  look?: string;
}

/** A row of tabs. One of them takes the Tab key; arrow keys move between them, as in every row of tabs. */
export function Tabs<T extends string>(props: {
  label: string;
  tabs: readonly Tab<T>[];
  at: T;
  choose(name: T): void;
}): VNode {
  const row = useRef<HTMLDivElement>(null);
  const move = (e: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const shown = [...(row.current?.querySelectorAll<HTMLElement>("[role=tab]") ?? [])].filter(
      (t) => t.offsetWidth > 0,
    );
    const at = shown.indexOf(document.activeElement as HTMLElement);
    const next = shown[(at + step + shown.length) % shown.length];
    next?.focus();
    next?.click();
  };
  return (
    <div class="tab-row" role="tablist" aria-label={props.label} ref={row} onKeyDown={move}>
      {props.tabs.map((one) => {
        const here = one.name === props.at;
        return (
          <button
            type="button"
            role="tab"
            id={`tab-${one.name}`}
            key={one.name}
            class={one.look}
            aria-selected={here}
            aria-controls={here ? `panel-${one.name}` : undefined}
            tabIndex={here ? 0 : -1}
            onClick={() => props.choose(one.name)}
          >
            {one.icon} {one.word}
          </button>
        );
      })}
    </div>
  );
}
