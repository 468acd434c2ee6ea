import type { VNode } from "preact";
import { t } from "../shared/text";

/** The place in the line, and the wait where it can be told. */
export function Place(props: { place: number; waitMs: number | null }): VNode {
  return (
    <dl class="facts">
      <div>
        <dt>{t("widget.place")}</dt>
        <dd class="num">{t("widget.place_n", { n: props.place })}</dd>
      </div>
      {props.waitMs !== null && (
        <div>
          <dt>{t("widget.wait")}</dt>
          <dd class="num">{t("widget.minutes", { n: Math.max(1, Math.round(props.waitMs / 60_000)) })}</dd>
        </div>
      )}
    </dl>
  );
}
