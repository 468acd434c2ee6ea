import type { ComponentChildren, VNode } from "preact";
import { t, tn } from "../../shared/text";
import { may } from "../account";
import { missed } from "../missed/missed";
import { address, type Route, route } from "../route";
import { redOfOthers } from "../sessions/silence";

/** The pages of the desk that this person may open. */
export function PageLinks(): VNode {
  const n = missed.value.length;
  return (
    <>
      <PageLink to={{ page: "desk" }}>{t("desk.desk")}</PageLink>
      {may.value.has("team.read") && (
        <PageLink to={{ page: "team" }} also="card">
          {t("desk.team")} <RedChats />
        </PageLink>
      )}
      {may.value.has("missed.read") && (
        <PageLink to={{ page: "missed" }}>
          {t("missed.title")} {n > 0 && <span class="badge waiting">{n}</span>}
        </PageLink>
      )}
      {may.value.has("visitor.read") && <PageLink to={{ page: "visitors" }}>{t("visitors.title")}</PageLink>}
      {may.value.has("record.read") && (
        <PageLink to={{ page: "records" }} also="record">
          {t("desk.records")}
        </PageLink>
      )}
      {may.value.has("session.read") && <PageLink to={{ page: "day" }}>{t("day.title")}</PageLink>}
    </>
  );
}

/** A tab also stands for what is opened from it: the card for the team, a record for the records. */
function PageLink(props: { to: Route; also?: Route["page"]; children: ComponentChildren }): VNode {
  const at = route.value.page;
  return (
    <a href={address(props.to)} aria-current={at === props.to.page || at === props.also ? "page" : undefined}>
      {props.children}
    </a>
  );
}

/** A supervisor sees from every page that somebody waits too long for an answer. */
function RedChats(): VNode | null {
  const n = redOfOthers.value.length;
  if (n === 0) return null;
  return (
    <span class="badge alarm">
      <span aria-hidden="true">{n}</span>
      <span class="hidden-label">{tn("session.red", n)}</span>
    </span>
  );
}
