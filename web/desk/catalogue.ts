import type { Catalogue } from "../shared/text";

export const catalogue: Catalogue = {
  en: () => import("texts:desk/en"),
  cs: () => import("texts:desk/cs"),
  ru: () => import("texts:desk/ru"),
};
