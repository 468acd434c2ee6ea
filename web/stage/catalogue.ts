import type { Catalogue } from "../shared/text";

export const catalogue: Catalogue = {
  en: () => import("texts:stage/en"),
  cs: () => import("texts:stage/cs"),
  ru: () => import("texts:stage/ru"),
};
