import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useId } from "preact/hooks";
import type { Hours, Window } from "../../shared/api.gen";
import { language, t } from "../../shared/text";
import { Close, Plus, Warning } from "../../shared/ui/icons";
import { Editor } from "./editor";
import { AddLine, type AnyForm, Part, Step, TextField } from "./fields";
import { slug } from "./names";
import { hours } from "./shelf";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Holiday = Hours["holidays"][number];

/** When queues are open: several windows a day, holidays of their own, a zone. */
export function HoursSection(): VNode {
  return (
    <Editor
      shelf={hours}
      title={(h) => h.name}
      detail={(h) => h.zone}
      label={t("settings.hours")}
      empty={t("settings.hours_none")}
      holds={t("settings.holds_at_once")}
      add={<AddLine label={t("settings.hours_new")} add={(name) => hours.add(slug(name), { name })} />}
      fields={(form) => (
        <>
          <TextField form={form} at="name" label={t("settings.name")} />
          <Zone form={form} />
          <Week form={form} />
          <Holidays form={form} />
        </>
      )}
    />
  );
}

function Zone({ form }: { form: AnyForm }): VNode {
  const id = useId();
  return (
    <>
      <TextField form={form} at="zone" label={t("settings.zone")} hint={t("settings.zone_hint")} list={id} />
      <datalist id={id}>
        {Intl.supportedValuesOf("timeZone").map((z) => (
          <option value={z} key={z} />
        ))}
      </datalist>
    </>
  );
}

/** The name of a day in the reader's language; 5 January 2026 was a Monday. */
function dayName(i: number): string {
  return new Intl.DateTimeFormat(language.value, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2026, 0, 5 + i));
}

function Week({ form }: { form: AnyForm }): VNode {
  return (
    <Part title={t("settings.week")}>
      {days.map((d, i) => (
        <Windows form={form} at={`week.${d}`} label={dayName(i)} key={d} />
      ))}
    </Part>
  );
}

/** The windows of one day, closed without any. */
function Windows({ form, at, label }: { form: AnyForm; at: string; label: string }): VNode {
  const all = form.get<Window[] | undefined>(at) ?? [];
  const put = (i: number, part: Partial<Window>) =>
    form.set(
      at,
      all.map((w, j) => (j === i ? { ...w, ...part } : w)),
    );
  return (
    <fieldset class="windows">
      <legend>{label}</legend>
      <div>
        {all.length === 0 && <span class="closed">{t("settings.closed")}</span>}
        {all.map((w, i) => (
          <span class="window" key={i}>
            <Clock label={`${label}: ${t("settings.from")}`} value={w.from} put={(from) => put(i, { from })} />–
            <Clock label={`${label}: ${t("settings.to")}`} value={w.to} put={(to) => put(i, { to })} />
            <Step
              does={() =>
                form.set(
                  at,
                  all.filter((_, j) => j !== i),
                )
              }
              label={t("settings.take_away", { what: `${label} ${w.from}–${w.to}` })}
              icon={<Close small />}
            />
            <Flaw text={form.flaw(`${at}[${i}]`)} />
          </span>
        ))}
        <Step
          does={() => form.set(at, [...all, next(all)])}
          label={t("settings.window_add", { day: label })}
          icon={<Plus small />}
        />
      </div>
    </fieldset>
  );
}

/** A new window after the last one, such as work goes. */
function next(all: readonly Window[]): Window {
  const last = all[all.length - 1];
  return last ? { from: last.to, to: "24:00" } : { from: "08:00", to: "16:00" };
}

function Clock({ label, value, put }: { label: string; value: string; put(v: string): void }): VNode {
  return (
    <input
      class="clock"
      aria-label={label}
      inputMode="numeric"
      maxLength={5}
      placeholder="08:00"
      value={value}
      onInput={(e) => put(e.currentTarget.value)}
    />
  );
}

function Flaw({ text }: { text: string }): VNode | null {
  if (!text) return null;
  return (
    <span class="flaw">
      <Warning small /> {text}
    </span>
  );
}

function Holidays({ form }: { form: AnyForm }): VNode {
  const all = form.get<Holiday[]>("holidays");
  const date = useSignal("");
  const id = useId();
  const set = (next: Holiday[]) =>
    form.set(
      "holidays",
      [...next].sort((a, b) => a.date.localeCompare(b.date)),
    );
  return (
    <Part title={t("settings.holidays")} hint={t("settings.holidays_hint")}>
      {all.map((h, i) => (
        <div class="holiday" key={h.date}>
          <input
            aria-label={t("settings.holiday_name", { date: h.date })}
            placeholder={t("settings.name")}
            value={h.name}
            onInput={(e) => set(all.map((one, j) => (j === i ? { ...one, name: e.currentTarget.value } : one)))}
          />
          <Windows form={form} at={`holidays.${i}.windows`} label={h.date} />
          <Step
            does={() => set(all.filter((_, j) => j !== i))}
            label={t("settings.take_away", { what: h.date })}
            icon={<Close small />}
          />
          <Flaw text={form.flaw(`holidays[${i}]`, true)} />
        </div>
      ))}
      <p class="add-line">
        <label for={id}>{t("settings.holiday_new")}</label>
        <input id={id} type="date" value={date.value} onInput={(e) => (date.value = e.currentTarget.value)} />
        <button
          type="button"
          class="button"
          onClick={() => {
            if (date.value === "" || all.some((h) => h.date === date.value)) return;
            set([...all, { date: date.value, name: "", windows: [] }]);
            date.value = "";
          }}
        >
          <Plus small /> {t("settings.add")}
        </button>
      </p>
    </Part>
  );
}
