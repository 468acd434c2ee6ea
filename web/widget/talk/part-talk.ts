// All that the widget is made of, as one file: cut into what each part shares with it, it would weigh a tenth more.
import "../view";
import css from "sheet:./talk.css";
import { unlock, unlockByTouch } from "../../shared/sound/output";
import type { Catalogue } from "../../shared/text";
import type { Kept } from "../store";
import { here } from "./here";

/** The lazy part of the widget: what a visitor needs who talks from the page. */

export { TalkBar } from "./bar";
export { TalkPage } from "./view";
export { here };

export const sheet = css;

export const catalogue: Catalogue = {
  en: () => import("texts:talk/en"),
  cs: () => import("texts:talk/cs"),
  ru: () => import("texts:talk/ru"),
};

/** From a click, which is also the leave to make sound. */
export function begin(): void {
  void unlock();
  void here.begin();
}

/** Enters a talk that is there already. Where the browser wants one, the next click anywhere is the leave to make sound. */
export function resume(k: Kept): void {
  unlockByTouch();
  void here.resume(k);
}
