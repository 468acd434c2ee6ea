import { signal } from "@preact/signals";
import type { VNode } from "preact";
import type { FieldName, FieldRule } from "../../shared/protocol";
import { type Key, t } from "../../shared/text";
import { Fault } from "../body";
import { person } from "../person";
import { info, refusal, root } from "../state";

/** The fields that a site asks before a conversation, and what is wrong with them. */

const names: readonly FieldName[] = ["name", "phone", "email"];
export const faulty = signal<FieldName | "">("");

const looks: Record<
  FieldName,
  { words: Key; mode: "text" | "tel" | "email"; complete: string; wrong: Key; good: RegExp }
> = {
  name: { words: "widget_who.name", mode: "text", complete: "name", wrong: "widget_more.name_wrong", good: /\S/ },
  phone: {
    words: "widget_more.phone",
    mode: "tel",
    complete: "tel",
    wrong: "widget_more.phone_wrong",
    good: /^[+\d][\d ()/-]{4,}$/,
  },
  email: {
    words: "widget_more.email",
    mode: "email",
    complete: "email",
    wrong: "widget_more.email_wrong",
    good: /^\S+@\S+\.\S+$/,
  },
};

export function asked(): FieldName[] {
  return names.filter((f) => ruleOf(f) !== "hidden");
}

function ruleOf(field: FieldName): FieldRule {
  return info.value?.form[field] ?? "hidden";
}

/** Whether what is typed will do; the first field that will not is told, and gets the focus. */
export function complete(): boolean {
  const wrong = asked().find((f) => !isGood(f, person.peek()[f].trim()));
  faulty.value = wrong ?? "";
  if (wrong) root().querySelector<HTMLInputElement>(`[name=${wrong}]`)?.focus();
  return wrong === undefined;
}

function isGood(field: FieldName, typed: string): boolean {
  return typed === "" ? ruleOf(field) !== "required" : looks[field].good.test(typed);
}

export function Fields(): VNode {
  return (
    <>
      {asked().map((f) => (
        <Field key={f} name={f} required={ruleOf(f) === "required"} />
      ))}
    </>
  );
}

function Field({ name, required }: { name: FieldName; required: boolean }): VNode {
  const { words, mode, complete, wrong } = looks[name];
  const bad = faulty.value === name;
  return (
    <>
      <label class="field">
        <span>
          {t(words)} {!required && <small>{t("widget_who.optional")}</small>}
        </span>
        <input
          name={name}
          inputMode={mode}
          autocomplete={complete}
          maxLength={200}
          required={required}
          data-first
          aria-invalid={bad}
          aria-describedby={bad ? `${name}-fault` : undefined}
          value={person.value[name]}
          onInput={(e) => {
            person.value = { ...person.value, [name]: e.currentTarget.value };
            faulty.value = "";
            refusal.value = null;
          }}
        />
      </label>
      {bad && <Fault id={`${name}-fault`} words={t(wrong)} />}
    </>
  );
}
