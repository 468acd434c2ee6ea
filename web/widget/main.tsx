import css from "sheet:./widget.css";
import { render } from "preact";
import { startClock } from "../shared/clock";
import { isLanguage, type Language, speak } from "../shared/text";
import { catalogue } from "./catalogue";
import { begin, show } from "./panel";
import type { Mount } from "./state";
import { Widget } from "./view";

let ready: Promise<void> | undefined;

/** Called by the loader: by a click (asked), or because a request of this visitor may still run. */
export async function open(at: Mount): Promise<void> {
  ready ??= prepare(at);
  await ready;
  await speak(languageOf(at), catalogue); // the page's language may have changed since
  if (at.asked) show();
}

async function prepare(at: Mount): Promise<void> {
  await speak(languageOf(at), catalogue);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  at.root.adoptedStyleSheets = [...at.root.adoptedStyleSheets, sheet];
  startClock();
  await begin(at);
  const box = document.createElement("div");
  at.root.append(box);
  render(<Widget />, box);
}

function languageOf(at: Mount): Language {
  return isLanguage(at.language) ? at.language : "en";
}
