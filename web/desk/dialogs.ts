import { signal } from "@preact/signals";

/** Which dialog is open. One at a time; only this file writes it. */
export type Shown =
  | { what: "invite" }
  | { what: "redirect"; session: string }
  | { what: "redirect"; place: string }
  | { what: "finish"; session: string }
  | { what: "ban"; session: string }
  | { what: "preview"; place: string }
  | { what: "keys" }
  | { what: "notices" };

export const dialog = signal<Shown | null>(null);

export function openDialog(next: Shown): void {
  dialog.value = next;
}

export function closeDialog(): void {
  dialog.value = null;
}
