import { effect } from "@preact/signals";
import { render } from "preact";
import { startClock } from "../shared/clock";
import { isLanguage, type Language, speak } from "../shared/text";
import { catalogue } from "./catalogue";
import type { Mount, OpenAt } from "./mount";
import { begin, show } from "./panel";
import { dress, dressOld } from "./part";
import { settle } from "./state";
import { looks, Widget } from "./view";

let ready: Promise<void> | undefined;

/** Called by the loader: by a click (asked), or because something of this visitor's may still run. */
export async function open(at: Mount, asked: boolean, door?: OpenAt): Promise<void> {
  ready ??= prepare(at);
  await ready;
  await speak(languageOf(at), catalogue); // the page's language may have changed since
  if (asked) show(door);
}

async function prepare(at: Mount): Promise<void> {
  settle(at);
  await speak(languageOf(at), catalogue);
  await dressOld();
  dress(looks);
  startClock();
  await begin(at, () => void speak(languageOf(at), catalogue));
  const box = document.createElement("div");
  at.root.append(box);
  // The widget is small enough to be drawn anew with each change of what it shows.
  effect(() => render(<Widget />, box));
}

function languageOf(at: Mount): Language {
  const wanted = at.language();
  return isLanguage(wanted) ? wanted : "en";
}
