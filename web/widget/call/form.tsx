import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { t } from "../../shared/text";
import { CallBack } from "../../shared/ui/icons-plain";
import { Fault, Refused } from "../body";
import { person } from "../person";
import { busy, info, refusal } from "../state";
import { ask, number as typedNumber } from "./callback";
import { caretAfter, group, toE164 } from "./number";

type Wrong = "" | "number" | "consent";
const fault = signal<Wrong>("");

/** One number is enough. The consent box starts empty, each time. */
export function Form(): VNode {
  const rules = info.value?.callback ?? { home: "", prefixes: [], caller: "" };

  const submit = (e: SubmitEvent) => {
    e.preventDefault();
    const fields = (e.currentTarget as HTMLFormElement).elements as unknown as Record<
      "number" | "consent",
      HTMLInputElement
    >;
    const number = toE164(fields.number.value, rules.home, rules.prefixes);
    fault.value = number === "" ? "number" : fields.consent.checked ? "" : "consent";
    if (fault.value !== "") fields[fault.value].focus();
    else if (!busy.value) void ask(number);
  };

  return (
    <form class="body" noValidate onSubmit={submit}>
      <NumberField home={rules.home} prefixes={rules.prefixes} />
      <label class="field">
        <span>
          {t("widget_who.name")} <small>{t("widget_who.optional")}</small>
        </span>
        <input
          name="name"
          autocomplete="name"
          maxLength={60}
          value={person.value.name}
          onInput={(e) => (person.value = { ...person.value, name: e.currentTarget.value })}
        />
      </label>
      <label class="consent">
        <input name="consent" type="checkbox" aria-describedby={fault.value === "consent" ? "fault" : undefined} />
        <span>{t("widget_call.consent")}</span>
      </label>
      {fault.value === "consent" && <Fault id="fault" words={t("widget_call.consent_needed")} />}
      <Refused why={refusal.value} />
      <span class="push" />
      <button type="submit" class="button filled" aria-disabled={busy.value}>
        <CallBack /> {t(busy.value ? "widget.sending" : "widget_call.call_now")}
      </button>
      {rules.caller && <p class="from">{t("widget_call.caller", { number: rules.caller })}</p>}
    </form>
  );
}

function NumberField({ home, prefixes }: { home: string; prefixes: string[] }): VNode {
  const wrong = fault.value === "number";
  const typed = (e: InputEvent) => {
    const field = e.currentTarget as HTMLInputElement;
    const caret = field.selectionStart ?? field.value.length;
    const grouped = group(field.value, prefixes);
    const to = caretAfter(field.value, caret, grouped);
    field.value = grouped;
    field.setSelectionRange(to, to);
    typedNumber.value = grouped;
    fault.value = "";
    refusal.value = null;
  };
  return (
    <>
      <label class="field">
        <span>{t("widget_call.number")}</span>
        <input
          name="number"
          type="tel"
          inputMode="tel"
          autocomplete="tel"
          data-first
          class="num"
          aria-invalid={wrong}
          aria-describedby={wrong ? "fault" : "hint"}
          value={group(typedNumber.value || person.value.phone, prefixes) || `${home} `}
          onInput={typed}
        />
      </label>
      {wrong ? (
        <Fault id="fault" words={t("widget_call.number_wrong", { prefixes: prefixes.join(", ") })} />
      ) : (
        <p class="hint" id="hint">
          {t("widget_call.number_hint", { prefixes: prefixes.join(", ") })}
        </p>
      )}
    </>
  );
}
