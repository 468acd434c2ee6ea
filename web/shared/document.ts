import { effect } from "@preact/signals";
import { language } from "./text";

/** Keeps the document's language and title with what is shown. */
export function bindDocument(title: () => string): void {
  effect(() => {
    document.documentElement.lang = language.value;
    document.title = title();
  });
}
