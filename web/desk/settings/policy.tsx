import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { FileValue, Policy } from "../../shared/api.gen";
import { ask } from "../../shared/ask";
import { t } from "../../shared/text";
import { client, quietly } from "../account";
import { FormOf } from "./editor";
import { NumberField, Part, Select, Tick } from "./fields";
import { Form } from "./form";

const form = signal<Form<Policy> | null>(null);
const file = signal<readonly FileValue[]>([]);

async function loadPolicy(): Promise<void> {
  const got = await quietly(() => ask(client(), "GET /settings/policy", undefined));
  if (!got) return;
  if (form.peek()) form.peek()?.take(got);
  else form.value = new Form(got, (p) => ask(client(), "PUT /settings/policy", p));
}

/** What holds for everybody. */
export function PolicySection(): VNode | null {
  useEffect(() => void loadPolicy(), []);
  const f = form.value;
  if (!f) return null;
  return (
    <FormOf form={f} holds={t("settings.holds_at_once")} label={t("settings.policy")}>
      <Part title={t("settings.away")} hint={t("settings.away_hint")}>
        <Tick form={f} at="away_web" label={t("settings.away_web")} />
        <Tick form={f} at="away_forwarded" label={t("settings.away_forwarded")} />
      </Part>
      <Part title={t("settings.may")}>
        <Tick form={f} at="operators_may_ban" label={t("settings.operators_may_ban")} />
        <Tick form={f} at="free_tags" label={t("settings.free_tags")} />
        <Tick form={f} at="mail_transcripts" label={t("settings.mail_transcripts")} />
      </Part>
      <NumberField form={f} at="active_most" label={t("settings.active_most")} />
      <Select
        form={f}
        at="unknown_parameters"
        label={t("settings.unknown_parameters")}
        choices={[
          { value: "ignored", label: t("settings.unknown_ignored") },
          { value: "refused", label: t("settings.unknown_refused") },
        ]}
      />
    </FormOf>
  );
}

async function loadFile(): Promise<void> {
  const got = await quietly(() => ask(client(), "GET /settings/file", undefined));
  if (got) file.value = got.items;
}

/** What the administrator of the machine has written: to be read, and changed in the file. */
export function FileSection(): VNode {
  useEffect(() => void loadFile(), []);
  return (
    <>
      <p class="hint">{t("settings.file_hint")}</p>
      <div class="file-box">
        <table class="file">
          <thead>
            <tr>
              <th scope="col">{t("settings.file_key")}</th>
              <th scope="col">{t("settings.file_value")}</th>
              <th scope="col">{t("settings.file_where")}</th>
            </tr>
          </thead>
          <tbody>
            {file.value.map((v) => (
              <tr key={v.key}>
                <th scope="row">
                  <code>{v.key}</code>
                </th>
                <td>{v.value}</td>
                <td>{v.where || t("settings.file_default")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
