import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { t } from "../../shared/text";
import { Search } from "../../shared/ui/icons";
import { Prose } from "../../shared/ui/prose";
import { insert } from "../chat/field";
import { Star, Starred } from "../icons";
import { star, stars, type Template, templates } from "../words/words";
import { matching, textFor } from "./fill";

const looked = signal("");

/** All prepared messages: search, star, put into the chat (M076-M078). */
export function TemplatesTab(): VNode {
  const shown = matching(templates.value, looked.value);
  return (
    <div class="templates">
      <label class="find">
        <Search small />
        <span class="hidden-label">{t("session.find_template")}</span>
        <input
          type="search"
          placeholder={t("session.find_template")}
          value={looked.value}
          onInput={(e) => (looked.value = e.currentTarget.value)}
        />
      </label>
      {shown.length === 0 && (
        <p class="empty">{t(templates.value.length === 0 ? "session.no_templates" : "session.no_template_found")}</p>
      )}
      <ul>
        {shown.map((one) => (
          <Row one={one} key={one.id} />
        ))}
      </ul>
    </div>
  );
}

function Row({ one }: { one: Template }): VNode {
  const on = stars.value.includes(one.id);
  return (
    <li>
      <div>
        <h2>
          {one.title} {one.shortcut && <code>#{one.shortcut}</code>}
        </h2>
        <Prose text={one.text} />
      </div>
      <button
        type="button"
        class="button quiet square star"
        aria-pressed={on}
        aria-label={t("session.star", { title: one.title })}
        title={t("session.star", { title: one.title })}
        onClick={() => void star(one.id)}
      >
        {on ? <Starred /> : <Star />}
      </button>
      <button type="button" class="button" onClick={() => insert(textFor(one))}>
        {t("session.insert")}
      </button>
    </li>
  );
}
