import type { VNode } from "preact";
import type { Template } from "../words/words";

/** Templates whose shortcut is being typed after #. The focus stays in the field. */
export function Suggestions(props: { all: readonly Template[]; at: number; choose(one: Template): void }): VNode {
  return (
    <div class="suggestions" id="suggestions" role="listbox" tabIndex={-1}>
      {props.all.map((one, i) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field, which keeps the focus
        <div
          id={`suggestion-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === props.at}
          key={one.id}
          onMouseDown={(e) => e.preventDefault()}
          onClick={() => props.choose(one)}
        >
          <code>#{one.shortcut}</code> {one.title}
          <small>{one.text}</small>
        </div>
      ))}
    </div>
  );
}
