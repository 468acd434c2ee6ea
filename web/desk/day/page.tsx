import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { clock, count, day, duration, phoneNumber } from "../../shared/format";
import type { SessionRow } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Handset } from "../../shared/ui/icons";
import { lasted } from "../client/before";
import { Transcript } from "../history/transcript";
import { KindTile, kindWord } from "../kind";
import { visitorName } from "../names";
import { address } from "../route";
import { resultWord } from "../words/words";
import { type Day, last, loadDay, today } from "./day";

const open = signal("");

export function DayPage(): VNode {
  useEffect(() => void loadDay(), []);
  return (
    <main class="page day-page">
      <header class="head">
        <div>
          <h1>{t("day.title")}</h1>
          <p>{t("day.what")}</p>
        </div>
        {today.value && <Figures of={today.value} />}
      </header>
      {last.value?.length === 0 && <p class="empty">{t("day.nothing")}</p>}
      {last.value && last.value.length > 0 && <Sessions all={last.value} />}
    </main>
  );
}

function Figures({ of }: { of: Day }): VNode {
  const rows: [string, string][] = [
    [t("day.taken"), count(of.taken)],
    [t("day.chats"), count(of.chats)],
    [t("day.calls"), count(of.calls)],
    [t("missed.title"), count(of.missed)],
    [t("day.talk"), duration(of.talk_ms)],
    [t("day.wrap_up"), duration(of.wrap_up_ms)],
    [t("day.pause"), duration(of.pause_ms)],
  ];
  return (
    <dl class="figures">
      {rows.map(([word, value]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd class="num">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Sessions({ all }: { all: readonly SessionRow[] }): VNode {
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">{t("desk.when")}</th>
          <th scope="col">{t("missed.who")}</th>
          <th scope="col">{t("desk.queue")}</th>
          <th scope="col">{t("desk.result")}</th>
          <th scope="col" class="right">
            {t("day.lasted")}
          </th>
        </tr>
      </thead>
      <tbody>
        {all.map((r) => (
          <Row r={r} key={r.id} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ r }: { r: SessionRow }): VNode {
  const here = open.value === r.id;
  const number = r.visitor.phone;
  return (
    <>
      <tr>
        <td class="num of-when">
          <strong>{clock(r.requested_at)}</strong> {day(r.requested_at)}
        </td>
        <th scope="row">
          <KindTile kind={r.kind} />
          <span>
            <button
              type="button"
              class="link-button"
              aria-expanded={here}
              onClick={() => (open.value = here ? "" : r.id)}
            >
              {visitorName(r.visitor)}
            </button>
            <span class="num">{phoneNumber(number) || kindWord(r.kind)}</span>
          </span>
          {number && (
            <a
              class="button square"
              href={`tel:${number}`}
              aria-label={t("day.call_again")}
              title={t("day.call_again")}
            >
              <Handset small />
            </a>
          )}
        </th>
        <td class="of-queue">{r.queue}</td>
        <td class="of-result">{resultWord(r.result) || t(`day.outcome_${r.outcome || "open"}`)}</td>
        <td class="right num of-time">{lasted(r) || "–"}</td>
      </tr>
      {here && (
        <tr class="unfolded">
          <td colSpan={5}>
            {r.call && <a href={address({ page: "record", call: r.call })}>{t("desk.open_record")}</a>}
            <Transcript session={r.id} />
          </td>
        </tr>
      )}
    </>
  );
}
