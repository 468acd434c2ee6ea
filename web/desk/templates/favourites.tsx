import type { VNode } from "preact";
import { t } from "../../shared/text";
import { insert } from "../chat/field";
import { Star } from "../icons";
import { starred } from "../words/words";
import { textFor } from "./fill";

/** One's own starred templates, always at hand (M078). */
export function Favourites(): VNode {
  return (
    <section class="favourites" aria-labelledby="client-favourites">
      <h2 id="client-favourites">{t("session.favourites")}</h2>
      {starred.value.length === 0 && <p class="empty">{t("session.no_favourites")}</p>}
      <ul>
        {starred.value.map((one) => (
          <li key={one.id}>
            <button type="button" class="button" title={one.text} onClick={() => insert(textFor(one))}>
              <Star small /> {one.title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
