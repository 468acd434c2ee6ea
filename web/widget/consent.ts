import { signal } from "@preact/signals";
import { openPage } from "./more/door";
import { info, page } from "./state";
import { agree, mayKeep, withdraw } from "./store";
import { present } from "./visit/main";

/** Whether the visitor lets themselves be remembered, on a site that asks first. */

export type Consent = "free" | "open" | "given" | "refused";

/** "free": the site does not ask. "refused" holds for this page alone: to remember it would be to remember. */
export const consent = signal<Consent>("open");

export function readConsent(): void {
  const ask = info.peek()?.consent.ask ?? true;
  if (consent.peek() === "refused") return;
  consent.value = mayKeep(ask) ? (ask ? "given" : "free") : "open";
}

let next: (() => void) | undefined;

/** Does something that needs an identity: at once, or when the question has been answered. */
export function afterConsent(then: () => void): void {
  if (consent.value !== "open") {
    then();
    return;
  }
  next = then;
  openPage("consent");
}

export function answer(yes: boolean): void {
  if (yes) agree();
  consent.value = yes ? "given" : "refused";
  const i = info.peek();
  if (yes && i) present(i);
  const then = next;
  next = undefined;
  page.value = "rows";
  then?.();
}

/** Takes it back, and everything of ours out of this browser. */
export function takeBack(): void {
  withdraw();
  consent.value = "refused";
}
