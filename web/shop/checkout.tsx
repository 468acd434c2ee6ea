import "./checkout.css";
import type { VNode } from "preact";
import { t } from "../shared/text";
import { Back } from "../shared/ui/icons";
import { crowns, emptyBasket, total } from "./articles";

export function Checkout(): VNode {
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

export function Thanks(): VNode {
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
