import type { VNode } from "preact";
import { t } from "../../shared/text";
import { Refused } from "../body";
import { conversation } from "../chat/here";
import { leaving } from "../state";

const focus = (button: HTMLButtonElement | null) => button?.focus();

export function Leaving(): VNode | null {
  if (!leaving.value || !conversation.runs.value) return null;
  const end = () => {
    leaving.value = false;
    void conversation.end();
  };
  return (
    <div class="strip ask" role="alertdialog" aria-labelledby="leaving">
      <p id="leaving">{t("widget_more.end_sure")}</p>
      <div class="pair">
        <button type="button" class="button" ref={focus} onClick={() => (leaving.value = false)}>
          {t("widget_more.go_on")}
        </button>
        <button type="button" class="button" onClick={end}>
          {t("widget.end")}
        </button>
      </div>
      <Refused why={conversation.problem.value} />
    </div>
  );
}
