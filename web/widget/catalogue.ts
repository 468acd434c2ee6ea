import type { Catalogue } from "../shared/text";

export const catalogue: Catalogue = {
  en: () => import("texts:widget/en"),
  cs: () => import("texts:widget/cs"),
  ru: () => import("texts:widget/ru"),
};
