import type { ComponentChildren, VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../shared/text";
import { Close } from "../shared/ui/icons";
import { Notice } from "../shared/ui/parts";
import { notice } from "./account";

/**
 * The browser's own dialog over the page: it keeps the focus in it, Esc closes it, and it gives the focus back. It opens
 * only as the answer to its reader's own click or key, and what it asks for first has the focus, or its OK.
 */
export function Dialog(props: {
  id: string;
  title: string;
  look?: string;
  close(): void;
  children: ComponentChildren;
}): VNode {
  const box = useRef<HTMLDialogElement>(null);
  const close = useRef(props.close);
  close.current = props.close;
  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    // Esc is heard at once: the next key may be meant for the page behind.
    const left = new AbortController();
    const closed = () => {
      left.abort(); // another dialog may be open by the time of the second
      close.current();
    };
    el.addEventListener("cancel", closed, { signal: left.signal });
    el.addEventListener("close", closed, { signal: left.signal });
    el.showModal();
    const first = el.querySelector<HTMLElement>("form :is(input, select, textarea):not(:disabled)");
    (first ?? el.querySelector<HTMLElement>(":scope > footer .filled"))?.focus();
    return () => {
      left.abort();
      el.close(); // gives the focus back
    };
  }, []);
  return (
    <dialog class={`dialog ${props.look ?? ""}`} ref={box} aria-labelledby={props.id}>
      <header>
        <h2 id={props.id}>{props.title}</h2>
        <button
          type="button"
          class="button quiet square big"
          aria-label={t("desk.close")}
          onClick={() => box.current?.close()}
        >
          <Close />
        </button>
      </header>
      <Refused />
      {props.children}
    </dialog>
  );
}

/** What was refused is said in front, not behind. */
function Refused(): VNode | null {
  const said = notice.value;
  return said && <Notice title={said.title || t("connection.unreachable")} detail={said.detail} />;
}
