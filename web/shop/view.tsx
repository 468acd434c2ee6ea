import type { VNode } from "preact";
import { language, languageNames, languages, t } from "../shared/text";
import { Basket, Globe } from "../shared/ui/icons";
import { ArticlePage } from "./article";
import { articles, pieces } from "./articles";
import { BasketPage } from "./basket";
import { Checkout, Thanks } from "./checkout";
import { Find, Shelf } from "./shelf";
import { where } from "./where";

/** A small shop of real pages: each link loads a page anew, as shops do, so that the widget shows it survives that. */
export function ShopPage(): VNode {
  return (
    <>
      <Top />
      <main>
        <Page />
      </main>
      <footer>
        <p>{t("shop.demo")}</p>
        <nav aria-label={t("shop.language")}>
          <Globe small />
          {languages.map((l) => (
            <a key={l} href={withLanguage(l)} lang={l} aria-current={l === language.value ? "true" : undefined}>
              {languageNames[l]}
            </a>
          ))}
        </nav>
      </footer>
    </>
  );
}

function withLanguage(l: string): string {
  const next = new URLSearchParams(where);
  next.set("lang", l);
  return `/demo/?${next}`;
}

function Page(): VNode {
  const article = articles.find((a) => a.id === where.get("lamp"));
  if (article) return <ArticlePage a={article} />;
  switch (where.get("page")) {
    case "basket":
      return <BasketPage />;
    case "checkout":
      return <Checkout />;
    case "thanks":
      return <Thanks />;
    default:
      return <Shelf />;
  }
}

function Top(): VNode {
  return (
    <header>
      <a class="sign" href="/demo/">
        Lampárna
      </a>
      <Find />
      <a class="to-basket" href="/demo/?page=basket">
        <Basket />
        <span>{t("shop.basket")}</span>
        {pieces.value > 0 && <span class="pieces">{pieces.value}</span>}
      </a>
    </header>
  );
}
