import "./shelf.css";
import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { t, tn } from "../shared/text";
import { Check, Plus, Search } from "../shared/ui/icons";
import { articles, basket, crowns, put } from "./articles";
import { Lamp } from "./drawings";
import { where } from "./where";

const looking = signal(where.get("q") ?? "");

export function Find(): VNode {
  return (
    <form class="find" action="/demo/">
      <Search small />
      <input
        type="search"
        name="q"
        aria-label={t("shop.find")}
        placeholder={t("shop.find")}
        value={looking.value}
        onInput={(e) => (looking.value = e.currentTarget.value)}
      />
    </form>
  );
}

/** Letters without their marks: "zavesna" finds "Závěsná". */
const plain = (s: string) => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function Shelf(): VNode {
  const found = articles.filter((a) => plain(`${t(a.name)} ${t(a.what)}`).includes(plain(looking.value.trim())));
  return (
    <>
      <div class="hero">
        <h1>{t("shop.claim")}</h1>
        <p>{t("shop.lead")}</p>
      </div>
      {found.length === 0 && (
        <p class="nothing">
          {t("shop.nothing", { q: looking.value })} <a href="/demo/">{t("shop.show_all")}</a>
        </p>
      )}
      <ul class="shelf">
        {found.map((a) => (
          <li key={a.id}>
            <a href={`/demo/?lamp=${a.id}`}>
              <Lamp id={a.id} />
              <strong>{t(a.name)}</strong>
              <span>{t(a.what)}</span>
            </a>
            <div>
              <b>{crowns(a.price)}</b>
              <button type="button" onClick={() => put(a.id, 1)} aria-label={`${t("shop.put")}: ${t(a.name)}`}>
                {basket.value[a.id] ? <Check small /> : <Plus small />}
                {basket.value[a.id] ? tn("shop.in_basket", basket.value[a.id] ?? 0) : t("shop.put")}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
