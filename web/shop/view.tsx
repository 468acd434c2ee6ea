import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { count } from "../shared/format";
import { language, languageNames, languages, t, tn } from "../shared/text";
import { Back, Basket, Check, Globe, Minus, Plus, Search } from "../shared/ui/icons";
import { type Article, articles, basket, emptyBasket, pieces, put, total } from "./articles";
import { Lamp } from "./drawings";

/** A small shop of real pages: each link loads a page anew, as shops do, so that the widget shows it survives that. */
const where = new URLSearchParams(location.search);
const looking = signal(where.get("q") ?? "");

const crowns = (n: number) => `${count(n)}\u00a0Kč`;

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
      <a class="to-basket" href="/demo/?page=basket">
        <Basket />
        <span>{t("shop.basket")}</span>
        {pieces.value > 0 && <span class="pieces">{pieces.value}</span>}
      </a>
    </header>
  );
}

/** Letters without their marks: "zavesna" finds "Závěsná". */
const plain = (s: string) => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function Shelf(): VNode {
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

function ArticlePage({ a }: { a: Article }): VNode {
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

function BasketPage(): VNode {
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

function Checkout(): VNode {
  const submit = (e: SubmitEvent) => {
    e.preventDefault();
    emptyBasket();
    location.assign("/demo/?page=thanks");
  };
  return (
    <section class="narrow">
      <a class="back" href="/demo/?page=basket">
        <Back small /> {t("shop.basket")}
      </a>
      <h1>{t("shop.checkout")}</h1>
      <form class="checkout" onSubmit={submit}>
        <Field name="name" label={t("shop.name")} autocomplete="name" />
        <Field name="street" label={t("shop.street")} autocomplete="street-address" />
        <Field name="city" label={t("shop.city")} autocomplete="address-level2" />
        <Field name="zip" label={t("shop.zip")} autocomplete="postal-code" />
        <Field name="email" label={t("shop.email")} autocomplete="email" email />
        <fieldset>
          <legend>{t("shop.pay")}</legend>
          <label>
            <input type="radio" name="pay" value="delivery" checked /> {t("shop.pay_delivery")}
          </label>
          <label>
            <input type="radio" name="pay" value="transfer" /> {t("shop.pay_transfer")}
          </label>
        </fieldset>
        <p class="total">
          {t("shop.total")} <b>{crowns(total.value)}</b>
        </p>
        <button type="submit" class="buy">
          {t("shop.order")}
        </button>
      </form>
    </section>
  );
}

function Field(props: { name: string; label: string; autocomplete: string; email?: boolean }): VNode {
  const { name, autocomplete } = props;
  return (
    <label for={name}>
      <span>{props.label}</span>
      {props.email ? (
        <input id={name} name={name} type="email" autocomplete={autocomplete} required />
      ) : (
        <input id={name} name={name} autocomplete={autocomplete} required />
      )}
    </label>
  );
}

function Thanks(): VNode {
  return (
    <section class="narrow">
      <h1>{t("shop.thanks")}</h1>
      <p>{t("shop.thanks_what")}</p>
      <a class="buy" href="/demo/">
        {t("shop.all")}
      </a>
    </section>
  );
}
