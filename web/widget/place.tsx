import type { VNode } from "preact";
import { t } from "../shared/text";

/** The server tells a wait in steps of which the first means less, the last more. */
function waitOf(minutes: number): string {
  if (minutes <= 1) return t("widget.minute_less");
  return t(minutes < 10 ? "widget.minutes" : "widget.minutes_more", { n: minutes });
}

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
          <dd class="num">{waitOf(props.waitMs / 60_000)}</dd>
        </div>
      )}
    </dl>
  );
}
