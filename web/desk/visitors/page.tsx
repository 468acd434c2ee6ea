import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { languageName } from "../../shared/format";
import type { VisitorInfo } from "../../shared/protocol";
import { t, tn } from "../../shared/text";
import { Person } from "../../shared/ui/icons";
import { Timer } from "../../shared/ui/parts";
import { PageLink } from "../client/pages";
import { joined, visitorName } from "../names";
import { visitors, watchVisitors } from "./visitors";

export function VisitorsPage(): VNode {
  useEffect(watchVisitors, []);
  const all = visitors.value;
  return (
    <main class="page visitors">
      <header class="head">
        <div>
          <h1>{t("visitors.title")}</h1>
          <p>{all.length > 0 ? tn("visitors.here", all.length) : t("visitors.nobody")}</p>
        </div>
      </header>
      {all.length > 0 && (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">{t("session.visitor")}</th>
              <th scope="col">{t("session.now_on")}</th>
              <th scope="col">{t("session.browser")}</th>
              <th scope="col">{t("session.before")}</th>
              <th scope="col" class="right">
                {t("visitors.since")}
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map((v) => (
              <Row v={v} key={v.id} />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}

function Row({ v }: { v: VisitorInfo }): VNode {
  return (
    <tr>
      <th scope="row">
        <span class="tile">
          <Person />
        </span>
        <span>
          <strong>{visitorName(v)}</strong>
          <span>{joined(v.language && languageName(v.language), v.banned ? t("visitors.banned") : "")}</span>
        </span>
      </th>
      <td class="of-page wide">
        {v.page && (
          <>
            <PageLink url={v.page.url} title={v.page.title} />
            <small>{v.page.title}</small>
          </>
        )}
      </td>
      <td class="of-browser wide">{joined(v.browser, v.os)}</td>
      <td class="num wide" data-word={t("session.before")}>
        {v.sessions}
      </td>
      <td class="right of-time">{v.here_since && <Timer from={v.here_since} />}</td>
    </tr>
  );
}
