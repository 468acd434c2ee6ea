import css from "sheet:./hint.css";
import type { Mount } from "../mount";

/** The bubble above the closed button. It is drawn by hand, since the widget itself is not there yet. */

let shown: HTMLElement | undefined;

const closing: Record<string, string> = { en: "Close", cs: "Zavřít", ru: "Закрыть" };

export function showHint(at: Mount, text: string): void {
  if (shown || text === "") return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  at.root.adoptedStyleSheets = [...at.root.adoptedStyleSheets, sheet];
  const box = document.createElement("div");
  box.className = "greeting";
  box.setAttribute("role", "status");
  box.append(
    button(text, "", () => void at.open(true, "chat")),
    button("×", closing[at.language()] ?? "Close", hideHint),
  );
  at.root.append(box);
  shown = box;
}

export function hideHint(): void {
  shown?.remove();
}

function button(text: string, label: string, press: () => void): HTMLButtonElement {
  const b = document.createElement("button");
  b.type = "button";
  b.textContent = text;
  if (label) b.setAttribute("aria-label", label);
  b.onclick = press;
  return b;
}
