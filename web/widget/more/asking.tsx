import type { VNode } from "preact";
import { t } from "../../shared/text";
import { Body } from "../body";
import { answer } from "../consent";
import { info } from "../state";

/** The question before anything is kept in this browser: what it would be, and two answers of the same weight. */
export function Asking(): VNode {
  const preview = info.value?.draft_preview === true;
  return (
    <Body title={t("widget_more.ask_title")}>
      <p>{t("widget_more.ask_what")}</p>
      {preview && <p>{t("widget_more.ask_preview")}</p>}
      <p>{t("widget_more.ask_no")}</p>
      <span class="push" />
      <button type="button" class="button" data-first onClick={() => answer(true)}>
        {t("widget_more.remember")}
      </button>
      <button type="button" class="button" onClick={() => answer(false)}>
        {t("widget_more.refuse")}
      </button>
    </Body>
  );
}
