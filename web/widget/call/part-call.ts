// All that the widget is made of, as one file: cut into what each part shares with it, it would weigh a tenth more.
import "../view";
import css from "sheet:./call.css";
import type { Catalogue } from "../../shared/text";

/** The lazy part of the widget that a visitor needs who wants to be phoned. */

export { callback, forget, running, takeUp } from "./callback";
export { Form } from "./form";
export { RequestPage, shortWords } from "./request";

export const sheet = css;

export const catalogue: Catalogue = {
  en: () => import("texts:call/en"),
  cs: () => import("texts:call/cs"),
  ru: () => import("texts:call/ru"),
};
