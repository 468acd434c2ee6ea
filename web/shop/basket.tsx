import "./basket.css";
import type { VNode } from "preact";
import { t } from "../shared/text";
import { Minus, Plus } from "../shared/ui/icons";
import { articles, basket, crowns, pieces, put, total } from "./articles";
import { Lamp } from "./drawings";

function Lines(): VNode {
  return (
    <ul class="lines">
      {articles
        .filter((a) => basket.value[a.id] !== undefined)
        .map((a) => (
          <li key={a.id}>
            <Lamp id={a.id} />
            <a href={`/demo/?lamp=${a.id}`}>{t(a.name)}</a>
            <span class="how-many">
              <button type="button" aria-label={`${t("shop.less")}: ${t(a.name)}`} onClick={() => put(a.id, -1)}>
                <Minus small />
              </button>
              <span>{basket.value[a.id]}</span>
              <button type="button" aria-label={`${t("shop.more")}: ${t(a.name)}`} onClick={() => put(a.id, 1)}>
                <Plus small />
              </button>
            </span>
            <b>{crowns(a.price * (basket.value[a.id] ?? 0))}</b>
          </li>
        ))}
    </ul>
  );
}

export function BasketPage(): VNode {
  return (
    <section class="narrow">
      <h1>{t("shop.basket")}</h1>
      {pieces.value === 0 ? (
        <p class="nothing">
          {t("shop.empty")} <a href="/demo/">{t("shop.show_all")}</a>
        </p>
      ) : (
        <>
          <Lines />
          <p class="total">
            {t("shop.total")} <b>{crowns(total.value)}</b>
          </p>
          <a class="buy" href="/demo/?page=checkout">
            {t("shop.to_checkout")}
          </a>
        </>
      )}
    </section>
  );
}
