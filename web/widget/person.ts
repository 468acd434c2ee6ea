import { signal } from "@preact/signals";
import type { FieldName } from "../shared/protocol";
import { told } from "./visit/main";

/** Who the visitor says they are: typed once, asked for nowhere twice. */
export const person = signal<Record<FieldName, string>>({ name: "", phone: "", email: "" });

export function fill(given: Partial<Record<FieldName, string>>): void {
  const now = { ...person.peek() };
  for (const field of ["name", "phone", "email"] as const) now[field] ||= given[field] ?? "";
  person.value = now;
}

/** What the page says counts more than what was known before, and less than what was typed. */
export function readPage(): void {
  fill(told.who);
}
