import { here } from "./state";

/**
 * On a phone the open panel is a page of its own: Back closes it, and the shop stays where it was. Elsewhere the
 * history is the shop's alone.
 */

const mark = "sufler";
const narrow = () => matchMedia("(max-width: 480px)").matches;
const marked = () => (history.state as Record<string, unknown> | null)?.[mark] === true;

/** The panel has opened. After a reload its entry is there already. */
export function enter(): void {
  if (narrow() && !marked() && here().data.invitation === undefined)
    history.pushState({ ...history.state, [mark]: true }, "");
}

/** The panel has been closed by its own button, so its entry goes too. */
export function leave(): void {
  if (marked()) history.back();
}

export function onBack(close: () => void): void {
  addEventListener("popstate", () => {
    if (!marked()) close();
  });
}
