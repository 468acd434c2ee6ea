// All that the widget is made of, as one file: cut into what each part shares with it, it would weigh a tenth more.
import "../view";
import css from "sheet:./more.css";
import type { Catalogue } from "../../shared/text";

export { Asking } from "./asking";
export { CodePage } from "./code";
export { Emoji } from "./emoji";
export { Ended } from "./ended";
export { complete, Fields } from "./fields";
export { Instead } from "./instead";
export { Leaving } from "./leaving";
export { MessagePage } from "./message";

export const sheet = css;

export const catalogue: Catalogue = {
  en: () => import("texts:more/en"),
  cs: () => import("texts:more/cs"),
  ru: () => import("texts:more/ru"),
};
