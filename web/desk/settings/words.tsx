import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { languageNames, languages, t } from "../../shared/text";
import { may, me } from "../account";
import { Editor } from "./editor";
import { AddLine, type AnyForm, NumberField, Select, TextField, Tick } from "./fields";
import { snake } from "./names";
import { groups, parameters, results, tags, templates } from "./shelf";

/** Prepared messages. A supervisor has those of their groups; the owner has all. */
export function TemplatesSection(): VNode {
  const all = may.value.has("settings.write");
  useEffect(() => {
    if (all) void groups.load();
  }, [all]);
  return (
    <Editor
      shelf={templates}
      title={(m) => m.title}
      detail={(m) =>
        [m.shortcut && `#${m.shortcut}`, m.language && m.language, t(`settings.scope_${m.scope}`)]
          .filter(Boolean)
          .join(" · ")
      }
      label={t("settings.templates")}
      empty={t("settings.templates_none")}
      holds={t("settings.holds_at_once")}
      ordered={all}
      fixed={(m) => !all && m.scope === "all"}
      add={
        <AddLine
          label={t("settings.template_new")}
          add={(title) =>
            templates.add(crypto.randomUUID(), {
              title,
              ...(all ? {} : { scope: "group", group: myGroups()[0] ?? "" }),
            })
          }
        />
      }
      fields={(form) => <TemplateFields form={form} all={all} />}
    />
  );
}

/** The groups of who writes, where not all can be read. */
function myGroups(): readonly string[] {
  return me.value?.groups ?? [];
}

function TemplateFields({ form, all }: { form: AnyForm; all: boolean }): VNode {
  const known = all ? (groups.items.value ?? []).map((g) => g.name) : myGroups();
  return (
    <>
      <TextField form={form} at="title" label={t("settings.title_of")} />
      <TextField form={form} at="text" label={t("settings.text")} hint={t("settings.text_hint")} rows={6} />
      <TextField form={form} at="shortcut" label={t("settings.shortcut")} hint={t("settings.shortcut_hint")} />
      <Select
        form={form}
        at="language"
        label={t("settings.template_language")}
        choices={[
          { value: "", label: t("settings.language_any") },
          ...languages.map((l) => ({ value: l as string, label: languageNames[l] })),
        ]}
      />
      <Select
        form={form}
        at="scope"
        label={t("settings.scope")}
        choices={(all ? (["all", "group"] as const) : (["group"] as const)).map((s) => ({
          value: s,
          label: t(`settings.scope_${s}`),
        }))}
      />
      {form.get<string>("scope") === "group" && (
        <Select
          form={form}
          at="group"
          label={t("settings.scope_group")}
          choices={[{ value: "", label: t("settings.choose") }, ...known.map((g) => ({ value: g, label: g }))]}
        />
      )}
    </>
  );
}

/** The answers to "how was it?". */
export function ResultsSection(): VNode {
  return (
    <Editor
      shelf={results}
      title={(r) => r.title}
      detail={(r) => (r.active ? "" : t("settings.inactive"))}
      label={t("settings.results")}
      empty={t("settings.results_none")}
      holds={t("settings.holds_at_once")}
      ordered
      add={<AddLine label={t("settings.result_new")} add={(title) => results.add(crypto.randomUUID(), { title })} />}
      fields={(form) => (
        <>
          <TextField form={form} at="title" label={t("settings.title_of")} />
          <Tick form={form} at="active" label={t("settings.result_active")} hint={t("settings.result_active_hint")} />
        </>
      )}
    />
  );
}

/** What a customer's page may tell of its visitor. */
export function ParametersSection(): VNode {
  return (
    <Editor
      shelf={parameters}
      title={(p) => p.title}
      detail={(p) => p.name}
      label={t("settings.parameters")}
      empty={t("settings.parameters_none")}
      holds={t("settings.holds_next_page")}
      ordered
      add={<AddLine label={t("settings.parameter_new")} add={(title) => parameters.add(snake(title), { title })} />}
      fields={(form, p) => (
        <>
          <p class="hint">
            {t("settings.parameter_call")} <code>{`sufler("parameters", { ${p.name}: "…" })`}</code>
          </p>
          <TextField form={form} at="title" label={t("settings.title_of")} />
          <NumberField
            form={form}
            at="max_length"
            label={t("settings.max_length")}
            min={1}
            hint={t("settings.max_length_hint")}
          />
          <Tick form={form} at="shown" label={t("settings.parameter_shown")} />
        </>
      )}
    />
  );
}

/** Marks for sessions that everybody knows. */
export function TagsSection(): VNode {
  return (
    <Editor
      shelf={tags}
      title={(tag) => tag.name}
      label={t("settings.tags")}
      empty={t("settings.tags_none")}
      holds={t("settings.holds_at_once")}
      add={<AddLine label={t("settings.tag_new")} add={(name) => tags.add(name)} />}
      fields={() => <p class="hint">{t("settings.tag_hint")}</p>}
    />
  );
}
