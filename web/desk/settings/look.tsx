import type { VNode } from "preact";
import type { Colour } from "../../shared/api.gen";
import { t } from "../../shared/text";
import { Warning } from "../../shared/ui/icons";
import { type AnyForm, Part, Select } from "./fields";

/** The colours that may be changed, as the widget has them by itself. routing/settings keeps the same list and says what cannot be read. */
const colours: Readonly<Record<string, Colour>> = {
  action: { light: "#16181d", dark: "#eceef2" },
  "on-ink": { light: "#ffffff", dark: "#16181d" },
  surface: { light: "#ffffff", dark: "#1c1f25" },
  sunken: { light: "#eef0f3", dark: "#22262e" },
  ink: { light: "#16181d", dark: "#eceef2" },
  "ink-2": { light: "#444b55", dark: "#c3c9d2" },
  line: { light: "#dfe3e8", dark: "#323741" },
};
const names = ["action", "on-ink", "surface", "sunken", "ink", "ink-2", "line"] as const;

/** Where the widget stands and its colours. */
export function Look({ form }: { form: AnyForm }): VNode {
  return (
    <Part title={t("settings.look")}>
      <Select
        form={form}
        at="position"
        label={t("settings.position")}
        choices={[
          { value: "right", label: t("settings.position_right") },
          { value: "left", label: t("settings.position_left") },
        ]}
      />
      <Select
        form={form}
        at="scheme"
        label={t("settings.scheme")}
        choices={(["auto", "light", "dark"] as const).map((s) => ({ value: s, label: t(`settings.scheme_${s}`) }))}
      />
      <table class="colours">
        <thead>
          <tr>
            <th scope="col">{t("settings.colour")}</th>
            <th scope="col">{t("settings.scheme_light")}</th>
            <th scope="col">{t("settings.scheme_dark")}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <ColourRow form={form} name={name} key={name} />
          ))}
        </tbody>
      </table>
    </Part>
  );
}

function ColourRow({ form, name }: { form: AnyForm; name: (typeof names)[number] }): VNode {
  const theme = form.get<Record<string, Colour>>("theme");
  const own = colours[name] as Colour;
  const now = theme[name] ?? own;
  const label = t(
    `settings.colour_${name.replace("-", "_") as "action" | "on_ink" | "surface" | "sunken" | "ink" | "ink_2" | "line"}`,
  );
  const flaw = form.flaw(`theme.${name}`, true);
  const put = (part: Partial<Colour>) => {
    const next = { ...now, ...part };
    const { [name]: _, ...rest } = theme;
    const same = next.light === own.light && next.dark === own.dark;
    form.set("theme", same ? rest : { ...rest, [name]: next });
  };
  return (
    <tr>
      <th scope="row">
        {label}
        {flaw && (
          <span class="flaw">
            <Warning small /> {flaw}
          </span>
        )}
      </th>
      {(["light", "dark"] as const).map((s) => (
        <td key={s}>
          <input
            type="color"
            aria-label={`${label}, ${t(`settings.scheme_${s}`)}`}
            value={now[s]}
            onInput={(e) => put({ [s]: e.currentTarget.value })}
          />
        </td>
      ))}
    </tr>
  );
}
