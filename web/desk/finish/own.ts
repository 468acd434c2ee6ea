import { effect } from "@preact/signals";
import { openDialog } from "../dialogs";
import { own } from "../sessions/sessions";

/**
 * The question about the result opens by itself only where one's own click has ended the session. Where the visitor
 * ended it, it waits in the list: nothing comes between an operator and what they are typing.
 */

const byMe = new Set<string>();

export function finishWhenOver(session: string): void {
  byMe.add(session);
}

export function startFinishing(): void {
  effect(() => {
    const over = own.value.find((s) => s.state === "wrap_up" && byMe.delete(s.id));
    if (over) openDialog({ what: "finish", session: over.id });
  });
}
