import type { ComponentChildren, RefObject, VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * What floats below a control: the browser's own popover, which closes on Esc and on a click elsewhere.
 * Arrow keys go through its buttons; the focus returns to the control.
 */
export function Popover(props: {
  anchor: RefObject<HTMLElement | null> | HTMLElement;
  close(): void;
  label: string;
  role: "menu" | "dialog";
  children: ComponentChildren;
}): VNode {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const el = box.current;
    const anchor = props.anchor instanceof HTMLElement ? props.anchor : props.anchor.current;
    if (!el || !anchor) return;
    const toggled = (e: Event) => {
      if ((e as ToggleEvent).newState === "closed") props.close();
    };
    el.addEventListener("toggle", toggled);
    el.showPopover();
    place(el, anchor);
    el.querySelector<HTMLElement>("button")?.focus();
    return () => {
      el.removeEventListener("toggle", toggled);
      const at = document.activeElement; // who has gone on to another control stays there
      if (at === document.body || el.contains(at)) anchor.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y: the role is given by who opens it, a menu or a dialog
    <div
      class="popover"
      popover="auto"
      role={props.role}
      aria-label={props.label}
      ref={box}
      onKeyDown={(e) => arrows(e, box.current)}
    >
      {props.children}
    </div>
  );
}

function place(el: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, innerWidth - el.offsetWidth - 8));
  const below = at.bottom + 6;
  const top = below + el.offsetHeight > innerHeight - 8 ? Math.max(8, at.top - el.offsetHeight - 6) : below;
  el.style.left = `${left}px`;
  el.style.top = `${top}px`;
}

function arrows(e: KeyboardEvent, box: HTMLElement | null): void {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
  if (!step || !box) return;
  if (e.target instanceof HTMLInputElement && e.key !== "ArrowDown" && e.key !== "ArrowUp") return; // moves in its text
  e.preventDefault();
  const stops = [...box.querySelectorAll<HTMLElement>("button")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[(at + step + stops.length) % stops.length]?.focus();
}
