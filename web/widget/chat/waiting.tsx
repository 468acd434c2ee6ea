import type { VNode } from "preact";
import { t } from "../../shared/text";
import { Hourglass } from "../../shared/ui/icons-plain";
import { wait } from "../when";
import { conversation } from "./here";

/** Nobody has come yet: the place, the wait where it can be told, and that what is written meanwhile is not lost. */
export function Waiting(): VNode {
  const s = conversation.session.value;
  const place = s?.place ?? 0;
  const expected = s?.wait_ms ?? null;
  return (
    <div class="strip" role="status">
      <Hourglass small />
      <p>
        <strong>
          {place > 1 ? t("widget.you_are", { place: t("widget.place_n", { n: place }) }) : t("widget.you_are_next")}
          {expected !== null && `, ${wait(expected)}`}
        </strong>
        <span>{t("widget.write_on")}</span>
      </p>
    </div>
  );
}
