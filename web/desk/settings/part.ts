import type { Catalogue } from "../../shared/text";

/** What comes when somebody opens the settings: the page, and the sentences that only it speaks. */

export { SettingsPage } from "./page";
export { takeSettingEvent } from "./shelf";

export const catalogue: Catalogue = {
  en: () => import("texts:settings/en"),
  cs: () => import("texts:settings/cs"),
  ru: () => import("texts:settings/ru"),
};
