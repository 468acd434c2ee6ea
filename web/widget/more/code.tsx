import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { t } from "../../shared/text";
import { Refused } from "../body";
import { conversation } from "../chat/here";
import { here, page } from "../state";

const typed = signal("");

/** The figures that an operator has said over the phone: eight of them, as 4821-0937. */
export function CodePage(): VNode {
  const busy = conversation.beginning.value;
  const digits = typed.value.replace(/\D/g, "");
  const code = digits === "" ? linked() : digits;
  const still = busy || code.length < 8;
  const enter = async (e: SubmitEvent) => {
    e.preventDefault();
    if (still) return;
    if (await conversation.enter(code)) {
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
      <button type="submit" class="button filled" aria-disabled={still}>
        {t(busy ? "widget.sending" : still || digits !== "" ? "widget_more.enter" : "widget.try_again")}
      </button>
    </form>
  );
}

/** The word of the link that led here, which was not taken for a while and may be tried again; "" where there is none. */
function linked(): string {
  const why = conversation.problem.value?.code ?? "invitation_wrong";
  return ["invitation_wrong", "invitation_old"].includes(why) ? "" : (here().data.invitation ?? "");
}

/** "48210937" -> "4821-0937", while it is typed. */
function shape(text: string): string {
  const digits = text.replace(/\D/g, "").slice(0, 8);
  return digits.length > 4 ? `${digits.slice(0, 4)}-${digits.slice(4)}` : digits;
}
