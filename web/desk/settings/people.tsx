import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Person } from "../../shared/api.gen";
import { ask } from "../../shared/ask";
import { t } from "../../shared/text";
import { client, quietly } from "../account";
import { FormOf } from "./editor";
import { NumberField, TextField, Tick, Ticks } from "./fields";
import { Form } from "./form";
import { groups } from "./shelf";

/** How many chats at once are more than one person should have (M043). */
const usualChats = 3;

const people = signal<readonly Person[] | null>(null);
const open = signal("");
const forms = new Map<string, Form<Person>>();

export async function loadPeople(): Promise<void> {
  const got = await quietly(() => ask(client(), "GET /people", undefined));
  if (!got) return;
  for (const p of got.items) formOf(p).take(p);
  people.value = got.items;
}

function formOf(p: Person): Form<Person> {
  let form = forms.get(p.id);
  if (!form) {
    form = new Form(p, keep);
    forms.set(p.id, form);
  }
  return form;
}

async function keep(p: Person): Promise<Person> {
  const { public_name, description, groups, chat_limit, preview, active } = p;
  const body = { public_name, description, groups, chat_limit, preview, active };
  const kept = await ask(client(), "PATCH /people/{id}", body, { id: p.id });
  people.value = (people.value ?? []).map((one) => (one.id === kept.id ? kept : one));
  return kept;
}

/** Who works here and what each may have. */
export function PeopleSection(): VNode {
  useEffect(() => {
    void loadPeople();
    void groups.load();
  }, []);
  const all = people.value ?? [];
  const chosen = all.find((p) => p.id === open.value) ?? all[0];
  return (
    <div class="editor">
      <div class="editor-list">
        <ul aria-label={t("settings.people")}>
          {all.map((p) => (
            <li class={p === chosen ? "open" : ""} key={p.id}>
              <button type="button" aria-pressed={p === chosen} onClick={() => (open.value = p.id)}>
                <strong>
                  {p.name} {formOf(p).changed.value && <span class="unsaved">{t("settings.unsaved")}</span>}
                </strong>
                <span>
                  {p.login} · {t(`settings.rank_${p.rank}`)}
                  {!p.active && ` · ${t("settings.inactive")}`}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <p class="hint">{t("settings.people_more")}</p>
      </div>
      {chosen && <OnePerson p={chosen} key={chosen.id} />}
    </div>
  );
}

function OnePerson({ p }: { p: Person }): VNode {
  const form = formOf(p);
  const many = form.get<number>("chat_limit") > usualChats;
  return (
    <FormOf form={form} holds={t("settings.holds_at_once")} label={p.name}>
      <TextField form={form} at="public_name" label={t("settings.public_name")} hint={t("settings.public_name_hint")} />
      <TextField form={form} at="description" label={t("settings.description")} hint={t("settings.description_hint")} />
      <NumberField
        form={form}
        at="chat_limit"
        label={t("settings.chat_limit")}
        min={1}
        max={10}
        hint={many ? t("settings.chat_limit_many") : t("settings.chat_limit_hint")}
      />
      <Tick form={form} at="preview" label={t("settings.preview")} hint={t("settings.preview_hint")} />
      <Ticks
        form={form}
        at="groups"
        label={t("settings.groups_of_person")}
        choices={(groups.items.value ?? []).map((g) => ({ value: g.name, label: g.name }))}
      />
      <Tick form={form} at="active" label={t("settings.active")} hint={t("settings.active_hint")} />
    </FormOf>
  );
}
