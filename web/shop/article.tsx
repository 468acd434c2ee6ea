import "./article.css";
import type { VNode } from "preact";
import { t, tn } from "../shared/text";
import { Back, Basket } from "../shared/ui/icons";
import { type Article, basket, crowns, put } from "./articles";
import { Lamp } from "./drawings";

export function ArticlePage({ a }: { a: Article }): VNode {
  return (
    <article class="article">
      <div class="picture">
        <Lamp id={a.id} />
      </div>
      <div>
        <a class="back" href="/demo/">
          <Back small /> {t("shop.all")}
        </a>
        <h1>{t(a.name)}</h1>
        <p>{t(a.what)}</p>
        <dl>
          <dt>{t("shop.power")}</dt>
          <dd>{a.watts} W</dd>
          <dt>{t("shop.height")}</dt>
          <dd>{a.height} cm</dd>
          <dt>{t("shop.light")}</dt>
          <dd>2700 K</dd>
        </dl>
        <p class="price">{crowns(a.price)}</p>
        <button type="button" class="buy" onClick={() => put(a.id, 1)}>
          <Basket /> {t("shop.put")}
        </button>
        {basket.value[a.id] !== undefined && (
          <p role="status">
            <a href="/demo/?page=basket">{tn("shop.in_basket", basket.value[a.id] ?? 0)}</a>
          </p>
        )}
        <p class="calm">{t("shop.delivery")}</p>
      </div>
    </article>
  );
}
