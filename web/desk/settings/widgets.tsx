import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Widget } from "../../shared/api.gen";
import { languageNames, languages, t } from "../../shared/text";
import { Check } from "../../shared/ui/icons";
import { Copy } from "../icons";
import { Editor } from "./editor";
import { AddLine, type AnyForm, ByLanguage, Lines, Part, Seconds, Select, TextField, Tick, Ticks } from "./fields";
import { Look } from "./look";
import { slug } from "./names";
import { queues, widgets } from "./shelf";

const channels = ["chat", "callback", "voice", "invitation"] as const;
const asked = ["name", "phone", "email"] as const;

/** What each website shows its visitors, and the line that puts it there. */
export function WidgetsSection(): VNode {
  useEffect(() => void queues.load(), []);
  return (
    <Editor
      shelf={widgets}
      title={(w) => w.name}
      detail={(w) => w.origins.join(", ") || t("settings.origins_own")}
      label={t("settings.widgets")}
      empty=""
      holds={t("settings.holds_next_page")}
      fixed={(w) => w.id === "default"}
      add={<AddLine label={t("settings.widget_new")} add={(name) => widgets.add(slug(name), { name })} />}
      fields={(form, w) => <WidgetFields form={form} w={w} />}
    />
  );
}

function WidgetFields({ form, w }: { form: AnyForm; w: Widget }): VNode {
  return (
    <>
      <Install w={w} />
      <TextField form={form} at="name" label={t("settings.name")} hint={t("settings.widget_name_hint")} />
      <TextField form={form} at="company" label={t("settings.company")} hint={t("settings.company_hint")} />
      <Lines form={form} at="origins" label={t("settings.origins")} hint={t("settings.origins_hint")} />
      <Channels form={form} />
      <Speaks form={form} />
      <Part title={t("settings.form")}>
        {asked.map((field) => (
          <Select
            form={form}
            at={`form.${field}`}
            label={t(`session.${field}`)}
            choices={(["hidden", "optional", "required"] as const).map((v) => ({
              value: v,
              label: t(`settings.field_${v}`),
            }))}
            key={field}
          />
        ))}
      </Part>
      <Part title={t("settings.privacy")}>
        <Tick form={form} at="consent.ask" label={t("settings.consent")} hint={t("settings.consent_hint")} />
        <Tick
          form={form}
          at="draft_preview"
          label={t("settings.draft_preview")}
          hint={t("settings.draft_preview_hint")}
        />
        <Tick form={form} at="presence" label={t("settings.presence")} hint={t("settings.presence_hint")} />
      </Part>
      <TextField
        form={form}
        at="offline_mail"
        label={t("settings.offline_mail")}
        hint={t("settings.offline_mail_hint")}
        type="email"
      />
      <Proactive form={form} />
      <Look form={form} />
    </>
  );
}

function Channels({ form }: { form: AnyForm }): VNode {
  const lines = [
    { value: "", label: t("settings.queue_first") },
    ...(queues.items.value ?? []).map((q) => ({ value: q.name, label: q.name })),
  ];
  return (
    <Part title={t("settings.channels")} hint={t("settings.channels_hint")}>
      {channels.map((c) => (
        <div class="channel" key={c}>
          <Tick form={form} at={`channels.${c}.enabled`} label={t(`settings.channel_${c}`)} />
          {form.get<boolean>(`channels.${c}.enabled`) && (
            <Select form={form} at={`channels.${c}.queue`} label={t("settings.channel_queue")} choices={lines} />
          )}
        </div>
      ))}
    </Part>
  );
}

function Speaks({ form }: { form: AnyForm }): VNode {
  const choices = languages.map((l) => ({ value: l as string, label: languageNames[l] }));
  const spoken = form.get<string[]>("languages");
  return (
    <Part title={t("settings.language")}>
      <Ticks form={form} at="languages" label={t("settings.languages")} choices={choices} />
      <Select
        form={form}
        at="language"
        label={t("settings.language_else")}
        hint={t("settings.language_else_hint")}
        choices={choices.filter((c) => spoken.includes(c.value))}
      />
      <ByLanguage
        form={form}
        at="greeting"
        label={t("settings.greeting")}
        hint={t("settings.greeting_hint")}
        only={spoken}
      />
    </Part>
  );
}

function Proactive({ form }: { form: AnyForm }): VNode {
  const on = form.get<boolean>("proactive.enabled");
  return (
    <Part title={t("settings.proactive")} hint={t("settings.proactive_hint")}>
      <Tick form={form} at="proactive.enabled" label={t("settings.proactive_on")} />
      {on && (
        <>
          <Seconds form={form} at="proactive.after_ms" label={t("settings.proactive_after")} />
          <TextField
            form={form}
            at="proactive.path"
            label={t("settings.proactive_path")}
            hint={t("settings.proactive_path_hint")}
          />
          <ByLanguage
            form={form}
            at="proactive.text"
            label={t("settings.proactive_text")}
            only={form.get<string[]>("languages")}
          />
        </>
      )}
    </Part>
  );
}

/** The line for the customer's pages, and what their policy must allow. */
function Install({ w }: { w: Widget }): VNode {
  const base = location.origin;
  const script = `<script src="${base}/widget.js" data-widget="${w.id}" async></script>`;
  const policy = `script-src ${base}; connect-src ${base} ${base.replace(/^http/, "ws")}`;
  return (
    <Part title={t("settings.install")} hint={t("settings.install_hint")}>
      <Copied label={t("settings.install_script")} text={script} />
      <Copied label={t("settings.install_policy")} text={policy} />
    </Part>
  );
}

function Copied({ label, text }: { label: string; text: string }): VNode {
  const done = useSignal(false);
  return (
    <div class="copied">
      <span>{label}</span>
      <code>{text}</code>
      <button
        type="button"
        class="button"
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => (done.value = true));
        }}
      >
        {done.value ? <Check small /> : <Copy small />}{" "}
        <span role="status">{done.value ? t("settings.copied") : t("settings.copy")}</span>
      </button>
    </div>
  );
}
