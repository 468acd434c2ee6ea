import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../shared/text";
import { CallBack, Warning } from "../shared/ui/icons";
import { ask, draft } from "./callback";
import { caretAfter, group, toE164 } from "./number";
import { busy, info, refusal } from "./state";

type Fault = "" | "number" | "consent";
const fault = signal<Fault>("");

/** One number is enough. The consent box starts empty, each time. */
export function Form(): VNode {
  const form = useRef<HTMLFormElement>(null);
  const rules = info.value?.callback ?? { home: "", prefixes: [], caller: "", enabled: false };
  const said = refusal.value;

  const submit = (e: SubmitEvent) => {
    e.preventDefault();
    const fields = form.current?.elements as unknown as Record<"number" | "name" | "consent", HTMLInputElement>;
    const number = toE164(fields.number.value, rules.home, rules.prefixes);
    fault.value = number === "" ? "number" : fields.consent.checked ? "" : "consent";
    if (fault.value !== "") fields[fault.value].focus();
    else if (!busy.value) void ask(number, fields.name.value.trim());
  };

  return (
    <form class="body" noValidate ref={form} onSubmit={submit}>
      <NumberField home={rules.home} prefixes={rules.prefixes} />
      <label class="field">
        <span>
          {t("widget.name")} <small>{t("widget.optional")}</small>
        </span>
        <input
          name="name"
          autocomplete="name"
          maxLength={60}
          value={draft.value.name}
          onInput={(e) => (draft.value = { ...draft.value, name: e.currentTarget.value })}
        />
      </label>
      <label class="consent">
        <input name="consent" type="checkbox" aria-describedby={fault.value === "consent" ? "fault" : undefined} />
        <span>{t("widget.consent")}</span>
      </label>
      {fault.value === "consent" && <Said words={t("widget.consent_needed")} />}
      {said && <Said words={said.code === "unreachable" ? t("widget.lost") : said.title} more={said.detail} />}
      <span class="push" />
      <button type="submit" class="button filled" aria-disabled={busy.value}>
        <CallBack /> {t(busy.value ? "widget.sending" : "widget.call_now")}
      </button>
      {rules.caller && <p class="from">{t("widget.caller", { number: rules.caller })}</p>}
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
    draft.value = { ...draft.value, number: grouped };
    fault.value = "";
    refusal.value = null;
  };
  return (
    <>
      <label class="field">
        <span>{t("widget.number")}</span>
        <input
          name="number"
          type="tel"
          inputMode="tel"
          autocomplete="tel"
          data-first
          class="num"
          aria-invalid={wrong}
          aria-describedby={wrong ? "fault" : "hint"}
          value={group(draft.value.number, prefixes) || `${home} `}
          onInput={typed}
        />
      </label>
      {wrong ? (
        <Said words={t("widget.number_wrong", { prefixes: prefixes.join(", ") })} />
      ) : (
        <p class="hint" id="hint">
          {t("widget.number_hint", { prefixes: prefixes.join(", ") })}
        </p>
      )}
    </>
  );
}

function Said(props: { words: string; more?: string }): VNode {
  return (
    <p class="fault" id="fault" role="alert">
      <Warning small />
      <span>
        {props.words} {props.more}
      </span>
    </p>
  );
}
