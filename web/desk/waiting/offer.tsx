import type { VNode } from "preact";
import { until } from "../../shared/clock";
import { duration, languageName } from "../../shared/format";
import type { Offer } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Check } from "../../shared/ui/icons";
import { may } from "../account";
import { accept, skip } from "../actions";
import { openDialog } from "../dialogs";
import { KindPicture, kindWord } from "../kind";
import { clientName, joined } from "../names";

/** Who is offered to this operator, and for how long. It covers nothing and takes no focus. */
export function OfferStrip({ offer }: { offer: Offer }): VNode {
  const p = offer.place;
  const left = until(offer.ends_at);
  return (
    <section class="offer" role="alert" aria-label={t("desk.offer_title")}>
      <header>
        <KindPicture kind={p.kind} />
        <h2>{clientName(p.name, p.number, p.visitor_number)}</h2>
        <span class="num" aria-hidden="true">
          {duration(left + 999)}
        </span>
      </header>
      <p>{joined(kindWord(p.kind), p.queue, languageName(p.language))}</p>
      <div>
        <button type="button" class="button go big" onClick={() => void accept(p.id)}>
          <Check /> {t("desk.accept")} <kbd>A</kbd>
        </button>
        {may.value.has("waiting.preview") && (
          <button type="button" class="button" onClick={() => openDialog({ what: "preview", place: p.id })}>
            {t("desk.preview")}
          </button>
        )}
        <button type="button" class="button" onClick={() => void skip(p.id)}>
          {t("desk.skip")}
        </button>
      </div>
      <span class="left">
        <i style={{ transform: `scaleX(${Math.min(1, left / 20_000)})` }} />
      </span>
    </section>
  );
}
