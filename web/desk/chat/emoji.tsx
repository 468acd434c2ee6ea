import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { insertBare } from "./field";

/** A short list, each known to every system; others are typed by the system's own picker. */
const emoji = [
  ..."😀😃😄😁😅😂🙂🙃😉😊😇😍😘😋😎🤔",
  ..."😐😏🙄😬😌😴😕😟🙁😮😢😭😱😡🤗🤝",
  ..."👍👎👌👏🙏💪👋🤞🎉🎁🏆⭐🔥✨💡🚀",
  ..."💚💙💛🧡📦🚚🛒💳🧾📅⏰📍📞📧📎🔎",
] as const;

const perRow = 8;

/** A grid that arrow keys walk through; an emoji is its own name, which screen readers know. */
export function Emoji({ close }: { close(): void }): VNode {
  const box = useRef<HTMLDivElement>(null);
  const move = (e: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow }[e.key];
    if (!step) return;
    e.preventDefault();
    e.stopPropagation();
    const all = [...(box.current?.querySelectorAll("button") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + step + all.length) % all.length]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons in it
    <div class="emoji" ref={box} onKeyDown={move}>
      {emoji.map((one, i) => (
        <button
          type="button"
          key={one}
          tabIndex={i === 0 ? 0 : -1}
          onClick={() => {
            close();
            insertBare(one);
          }}
        >
          {one}
        </button>
      ))}
    </div>
  );
}
