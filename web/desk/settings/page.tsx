import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { t } from "../../shared/text";
import { Search } from "../../shared/ui/icons";
import { address } from "../route";
import { found, type Section, sections } from "./sections";

/** What people change by day. Left the sections, right the one that is open. */
export function SettingsPage({ section }: { section: string }): VNode {
  const wanted = useSignal("");
  const all = sections();
  const open = all.find((s) => s.id === section) ?? all[0];
  const hits = found(wanted.value);
  return (
    <main class={`page settings${section ? " chosen" : ""}`}>
      <div class="settings-list">
        {section ? <p class="title">{t("settings.title")}</p> : <h1>{t("settings.title")}</h1>}
        <label class="find">
          <Search small />
          <span class="hidden-label">{t("settings.search")}</span>
          <input
            type="search"
            placeholder={t("settings.search")}
            value={wanted.value}
            onInput={(e) => (wanted.value = e.currentTarget.value)}
          />
        </label>
        <p class="hidden-label" role="status">
          {wanted.value !== "" && t("settings.search_found", { n: hits.length })}
        </p>
        <nav aria-label={t("settings.title")}>
          {wanted.value === ""
            ? all.map((s) => <SectionLink s={s} open={s === open} label={t(s.title)} key={s.id} />)
            : hits.map((h) => (
                <SectionLink
                  s={h.section}
                  open={false}
                  label={t(h.name)}
                  within={h.name !== h.section.title}
                  key={h.section.id + h.name}
                />
              ))}
          {wanted.value !== "" && hits.length === 0 && <p class="empty">{t("settings.search_nothing")}</p>}
        </nav>
      </div>
      {open && (
        <section class="settings-section" aria-labelledby="settings-section">
          <a class="back" href={address({ page: "settings", section: "" })}>
            {t("settings.all")}
          </a>
          {section ? <h1 id="settings-section">{t(open.title)}</h1> : <h2 id="settings-section">{t(open.title)}</h2>}
          <Shown section={open} key={open.id} />
        </section>
      )}
    </main>
  );
}

function Shown({ section }: { section: Section }): VNode {
  const View = section.view;
  return <View />;
}

function SectionLink(props: { s: Section; open: boolean; label: string; within?: boolean }): VNode {
  return (
    <a href={address({ page: "settings", section: props.s.id })} aria-current={props.open ? "page" : undefined}>
      {props.label}
      {props.within && <span>{t(props.s.title)}</span>}
    </a>
  );
}
