import type { VNode } from "preact";
import { duration, languageName } from "../../shared/format";
import type { Session } from "../../shared/protocol";
import { t } from "../../shared/text";
import { kindWord } from "../kind";
import { joined } from "../names";
import { pathOf } from "./pages";

/** How they came, with what, and what their page has told about them (M095, M096). */
export function ThisVisit({ s }: { s: Session }): VNode {
  const v = s.visitor;
  const waited = s.accepted_at ? Date.parse(s.accepted_at) - Date.parse(s.requested_at) : 0;
  const rows: [string, string][] = [
    [
      t("desk.came_by"),
      s.accepted_at ? t("session.kind_waited", { kind: kindWord(s.kind), time: duration(waited) }) : kindWord(s.kind),
    ],
    [t("desk.queue"), s.queue],
    [t("session.entered_at"), pathOf(v.entry_url)],
    [t("session.came_from"), hostOf(v.referrer)],
    [t("session.now_on"), v.here ? pathOf(v.page?.url ?? "") : ""],
    [t("session.browser"), joined(v.browser, v.os)],
    [t("session.language"), (s.language || v.language) && languageName(s.language || v.language)],
    ...v.parameters.map((p): [string, string] => [p.title || p.name, p.value]),
  ];
  return (
    <section aria-labelledby="client-visit">
      <h2 id="client-visit">{t("session.this_visit")}</h2>
      <dl class="facts">
        {rows.map(([word, value]) => value !== "" && <Fact word={word} value={value} key={word} />)}
      </dl>
    </section>
  );
}

function Fact({ word, value }: { word: string; value: string }): VNode {
  return (
    <>
      <dt>{word}</dt>
      <dd>{value}</dd>
    </>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
