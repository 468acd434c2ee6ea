import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { t } from "../../shared/text";
import { Refused } from "../body";
import { conversation } from "../chat/here";
import { page } from "../state";

const typed = signal("");

/** The figures that an operator has said over the phone: eight of them, as 4821-0937. */
export function CodePage(): VNode {
  const busy = conversation.beginning.value;
  const digits = typed.value.replace(/\D/g, "");
  const enter = async (e: SubmitEvent) => {
    e.preventDefault();
    if (digits.length !== 8 || busy) return;
    if (await conversation.enter(digits)) {
      typed.value = "";
      page.value = "chat";
    }
  };
  return (
    <form class="body" noValidate onSubmit={(e) => void enter(e)}>
      <label class="field">
        <span>{t("widget_more.code")}</span>
        <input
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          maxLength={12}
          data-first
          class="num code"
          aria-describedby="code-hint"
          value={typed.value}
          onInput={(e) => {
            const field = e.currentTarget;
            typed.value = shape(field.value);
            field.value = typed.value;
            conversation.problem.value = null;
          }}
        />
      </label>
      <p class="hint" id="code-hint">
        {t("widget_more.code_hint")}
      </p>
      <Refused why={conversation.problem.value} />
      <span class="push" />
      <button type="submit" class="button filled" aria-disabled={busy || digits.length !== 8}>
        {t(busy ? "widget.sending" : "widget_more.enter")}
      </button>
    </form>
  );
}

/** "48210937" -> "4821-0937", while it is typed. */
function shape(text: string): string {
  const digits = text.replace(/\D/g, "").slice(0, 8);
  return digits.length > 4 ? `${digits.slice(0, 4)}-${digits.slice(4)}` : digits;
}
