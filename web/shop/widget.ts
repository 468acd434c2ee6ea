import { effect } from "@preact/signals";
import { t } from "../shared/text";
import { articles, basket, crowns, pieces, total } from "./articles";

/** What the shop tells its widget: the same lines that a shop of one's own would have. */

// The calls wait here until the script of the widget has come.
window.sufler ??= Object.assign((...call: unknown[]) => void window.sufler?.q?.push(call), { q: [] as unknown[][] });

/** Operators see what is in the basket while they write with its owner. */
export function tellBasket(): void {
  effect(() => {
    const names = articles.flatMap((a) => (basket.value[a.id] ? [`${basket.value[a.id]}× ${t(a.name)}`] : []));
    const words = pieces.value === 0 ? "" : `${names.join(", ")} · ${crowns(total.value)}`;
    window.sufler?.("parameters", { basket: words });
  });
}
