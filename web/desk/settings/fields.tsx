import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import { type Language, languageNames, languages, t } from "../../shared/text";
import { Close, Down, Plus, Warning } from "../../shared/ui/icons";
import { Up } from "../icons";
import type { Form } from "./form";

/** The kit that every section of the settings is made of. A field knows its value by the path in the setting. */

// biome-ignore lint/suspicious/noExplicitAny: a field does not care what else the setting has
export type AnyForm = Form<any>;

export interface FieldProps {
  form: AnyForm;
  at: string;
  label: string;
  hint?: ComponentChildren;
}

export interface Choice {
  value: string;
  label: string;
}

/** What is said below a field: what it means, and what is wrong with it. */
function Below({ id, hint, flaw }: { id: string; hint?: ComponentChildren; flaw: string }): VNode | null {
  if (!hint && !flaw) return null;
  return (
    <span id={id} class="below">
      {flaw && (
        <span class="flaw">
          <Warning small /> {flaw}
        </span>
      )}
      {hint && <span>{hint}</span>}
    </span>
  );
}

interface Told {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string;
}

/** A label over whatever takes the value. */
function Labelled(props: FieldProps & { narrow?: boolean; deep?: boolean; children(told: Told): VNode }): VNode {
  const id = useId();
  const flaw = props.form.flaw(props.at, props.deep);
  return (
    <div class={`set-field${props.narrow ? " narrow" : ""}`}>
      <label for={id}>{props.label}</label>
      {props.children({ id, "aria-invalid": flaw !== "", "aria-describedby": `${id}-below` })}
      <Below id={`${id}-below`} hint={props.hint} flaw={flaw} />
    </div>
  );
}

export function TextField(
  props: FieldProps & { rows?: number; type?: "text" | "email" | "tel"; list?: string },
): VNode {
  const value = props.form.get<string>(props.at) ?? "";
  const typed = (e: { currentTarget: { value: string } }) => props.form.set(props.at, e.currentTarget.value);
  return (
    <Labelled {...props}>
      {(told) =>
        props.rows ? (
          <textarea {...told} rows={props.rows} value={value} onInput={typed} />
        ) : (
          <input
            {...told}
            type={(props.type ?? "text") as "text"}
            list={props.list}
            autocomplete="off"
            value={value}
            onInput={typed}
          />
        )
      }
    </Labelled>
  );
}

/** A number, or a length of time that the setting has in milliseconds and people in seconds or minutes. */
export function NumberField(props: FieldProps & { per?: number; unit?: string; min?: number; max?: number }): VNode {
  const per = props.per ?? 1;
  return (
    <Labelled {...props} narrow>
      {(told) => (
        <span class="with-unit">
          <input
            {...told}
            type="number"
            min={props.min ?? 0}
            max={props.max}
            step="any"
            value={props.form.get<number>(props.at) / per}
            onInput={(e) => props.form.set(props.at, Math.round((Number(e.currentTarget.value) || 0) * per))}
          />
          {props.unit && <span aria-hidden="true">{props.unit}</span>}
        </span>
      )}
    </Labelled>
  );
}

export const Seconds = (props: FieldProps): VNode => <NumberField {...props} per={1000} unit={t("settings.unit_s")} />;
export const Minutes = (props: FieldProps): VNode => (
  <NumberField {...props} per={60_000} unit={t("settings.unit_min")} />
);

export function Tick(props: FieldProps): VNode {
  const id = useId();
  return (
    <div class="set-field set-tick">
      <label>
        <input
          type="checkbox"
          aria-describedby={`${id}-below`}
          checked={props.form.get<boolean>(props.at)}
          onChange={(e) => props.form.set(props.at, e.currentTarget.checked)}
        />
        <span>{props.label}</span>
      </label>
      <Below id={`${id}-below`} hint={props.hint} flaw={props.form.flaw(props.at)} />
    </div>
  );
}

export function Select(props: FieldProps & { choices: readonly Choice[] }): VNode {
  const value = props.form.get<string>(props.at) ?? "";
  const known = props.choices.some((c) => c.value === value);
  return (
    <Labelled {...props}>
      {(told) => (
        <select {...told} value={value} onChange={(e) => props.form.set(props.at, e.currentTarget.value)}>
          {!known && <option value={value}>{value}</option>}
          {props.choices.map((c) => (
            <option value={c.value} key={c.value}>
              {c.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** A group of fields under one name. */
export function Part(props: { title: string; hint?: string; children: ComponentChildren }): VNode {
  return (
    <fieldset class="set-part">
      <legend>{props.title}</legend>
      {props.hint && <p class="hint">{props.hint}</p>}
      {props.children}
    </fieldset>
  );
}

/** Any of several, in the order of the choices. */
export function Ticks(props: FieldProps & { choices: readonly Choice[] }): VNode {
  const id = useId();
  const chosen = props.form.get<string[]>(props.at) ?? [];
  const change = (value: string, on: boolean) =>
    props.form.set(
      props.at,
      props.choices.map((c) => c.value).filter((v) => (v === value ? on : chosen.includes(v))),
    );
  return (
    <fieldset class="set-field ticks" aria-describedby={`${id}-below`}>
      <legend>{props.label}</legend>
      <div>
        {props.choices.map((c) => (
          <label key={c.value}>
            <input
              type="checkbox"
              checked={chosen.includes(c.value)}
              onChange={(e) => change(c.value, e.currentTarget.checked)}
            />
            <span>{c.label}</span>
          </label>
        ))}
      </div>
      <Below id={`${id}-below`} hint={props.hint} flaw={props.form.flaw(props.at, true)} />
    </fieldset>
  );
}

/** Some of several in an order of one's own. */
export function Ordered(props: FieldProps & { choices: readonly Choice[]; add: string }): VNode {
  const id = useId();
  const chosen = props.form.get<string[]>(props.at) ?? [];
  const left = props.choices.filter((c) => !chosen.includes(c.value));
  const put = (next: string[]) => props.form.set(props.at, next);
  const move = (i: number, by: number) => {
    const next = [...chosen];
    const [one] = next.splice(i, 1);
    if (one !== undefined) next.splice(i + by, 0, one);
    put(next);
  };
  return (
    <fieldset class="set-field ordered" aria-describedby={`${id}-below`}>
      <legend>{props.label}</legend>
      <ol>
        {chosen.map((value, i) => (
          <li key={value}>
            <span>{props.choices.find((c) => c.value === value)?.label ?? value}</span>
            <Step
              does={() => move(i, -1)}
              off={i === 0}
              label={t("settings.up", { what: value })}
              icon={<Up small />}
            />
            <Step
              does={() => move(i, 1)}
              off={i === chosen.length - 1}
              label={t("settings.down", { what: value })}
              icon={<Down small />}
            />
            <Step
              does={() => put(chosen.filter((v) => v !== value))}
              label={t("settings.take_away", { what: value })}
              icon={<Close small />}
            />
          </li>
        ))}
      </ol>
      {left.length > 0 && (
        <select
          aria-label={props.add}
          value=""
          onChange={(e) => e.currentTarget.value && put([...chosen, e.currentTarget.value])}
        >
          <option value="">{props.add}</option>
          {left.map((c) => (
            <option value={c.value} key={c.value}>
              {c.label}
            </option>
          ))}
        </select>
      )}
      <Below id={`${id}-below`} hint={props.hint} flaw={props.form.flaw(props.at, true)} />
    </fieldset>
  );
}

export function Step(props: { does(): void; off?: boolean; label: string; icon: VNode }): VNode {
  return (
    <button
      type="button"
      class="button quiet square"
      aria-label={props.label}
      disabled={props.off}
      onClick={props.does}
    >
      {props.icon}
    </button>
  );
}

/** A list, a line each. What is typed stays as it is typed until the field is left. */
export function Lines(props: FieldProps & { rows?: number }): VNode {
  const typed = useSignal<string | null>(null);
  const kept = (props.form.get<string[]>(props.at) ?? []).join("\n");
  return (
    <Labelled {...props} deep>
      {(told) => (
        <textarea
          {...told}
          rows={props.rows ?? 3}
          spellcheck={false}
          value={typed.value ?? kept}
          onInput={(e) => {
            typed.value = e.currentTarget.value;
            const lines = e.currentTarget.value.split("\n").map((line) => line.trim());
            props.form.set(
              props.at,
              lines.filter((line) => line !== ""),
            );
          }}
          onBlur={() => (typed.value = null)}
        />
      )}
    </Labelled>
  );
}

/** The same sentence in each language. */
export function ByLanguage(props: FieldProps & { rows?: number; only?: readonly string[] }): VNode {
  const spoken = languages.filter((l) => !props.only || props.only.includes(l));
  return (
    <Part title={props.label} {...(typeof props.hint === "string" ? { hint: props.hint } : {})}>
      {spoken.map((l: Language) => (
        <TextField
          form={props.form}
          at={`${props.at}.${l}`}
          label={languageNames[l]}
          {...(props.rows ? { rows: props.rows } : {})}
          key={l}
        />
      ))}
    </Part>
  );
}

/** The line in which a new one gets its name. */
export function AddLine(props: { label: string; add(name: string): void }): VNode {
  const name = useSignal("");
  const id = useId();
  return (
    <form
      class="add-line"
      onSubmit={(e) => {
        e.preventDefault();
        const wanted = name.value.trim();
        if (wanted === "") return;
        props.add(wanted);
        name.value = "";
      }}
    >
      <label for={id}>{props.label}</label>
      <input id={id} value={name.value} autocomplete="off" onInput={(e) => (name.value = e.currentTarget.value)} />
      <button type="submit" class="button">
        <Plus small /> {t("settings.add")}
      </button>
    </form>
  );
}
