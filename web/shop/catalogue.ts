import type { Catalogue } from "../shared/text";

export const catalogue: Catalogue = {
  en: () => import("texts:shop/en"),
  cs: () => import("texts:shop/cs"),
  ru: () => import("texts:shop/ru"),
};
