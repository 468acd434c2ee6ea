import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { clock, day, duration, phoneNumber } from "../../shared/format";
import type { RecordRow } from "../../shared/protocol";
import { t, tMaybe } from "../../shared/text";
import { CallBack, Check, Download, Globe, Handset, People, Search, Warning } from "../../shared/ui/icons";
import { Segmented } from "../../shared/ui/parts";
import { may } from "../account";
import { clientName } from "../names";
import { address } from "../route";
import { choose, find, query, type Range, range, rows, state, take, type } from "./search";

export function RecordsPage(): VNode {
  useEffect(() => void find(), []);
  return (
    <main class="page records">
      <header class="head">
        <div>
          <h1>{t("desk.records")}</h1>
          <p>{t("desk.newest_first")}</p>
        </div>
      </header>
      <Asked />
      {rows.value.length === 0 && state.value !== "loading" && <Nothing />}
      <table class="rows" hidden={rows.value.length === 0}>
        <thead>
          <tr>
            <th scope="col">{t("desk.when")}</th>
            <th scope="col">{t("role.client")}</th>
            <th scope="col">{t("role.agent")}</th>
            <th scope="col">{t("desk.queue")}</th>
            <th scope="col">{t("desk.result")}</th>
            <th scope="col" class="right">
              {t("desk.talked")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.value.map((r) => (
            <Row r={r} key={r.call} />
          ))}
        </tbody>
      </table>
      {state.value === "more" && rows.value.length > 0 && (
        <button type="button" class="button" onClick={() => void find(rows.value.at(-1)?.call)}>
          {t("desk.older")}
        </button>
      )}
    </main>
  );
}

/** What is searched for, and the way to take it away. */
function Asked(): VNode {
  return (
    <div class="filters">
      <label class="find">
        <Search small />
        <span class="hidden-label">{t("desk.find_record")}</span>
        <input
          type="search"
          value={query.value}
          placeholder={t("desk.find_record")}
          onInput={(e) => type(e.currentTarget.value)}
        />
      </label>
      <Segmented<Range>
        label={t("desk.when")}
        value={range.value}
        choices={[
          { value: "week", label: t("desk.range_week") },
          { value: "month", label: t("desk.range_month") },
          { value: "all", label: t("desk.range_all") },
        ]}
        choose={choose}
      />
      {may.value.has("record.export") && rows.value.length > 0 && (
        <span class="take">
          <button type="button" class="button" onClick={() => void take("csv")}>
            <Download small /> CSV
          </button>
          <button type="button" class="button" onClick={() => void take("json")}>
            <Download small /> JSON
          </button>
        </span>
      )}
    </div>
  );
}

function Nothing(): VNode {
  const what = query.value.trim();
  if (range.value === "all")
    return <p class="empty">{what ? t("desk.nothing_found", { what }) : t("desk.no_records")}</p>;
  const span = range.value === "week" ? "week" : "month";
  return (
    <p class="empty">
      {what ? t(`desk.nothing_found_${span}`, { what }) : t(`desk.no_records_${span}`)}{" "}
      <button type="button" class="button" onClick={() => choose("all")}>
        {t("desk.search_all_time")}
      </button>
    </p>
  );
}

const kinds: Record<string, typeof Handset> = { callback: CallBack, phone: Handset, internal: People, web: Globe };

/** How a call came about. */
function Kind({ kind }: { kind: string }): VNode {
  const Shape = kinds[kind] ?? Handset;
  const words = t(`desk.kind_${kind as "callback"}`);
  return (
    <span class="tile" title={words}>
      <Shape small />
      <span class="hidden-label">{words}</span>
    </span>
  );
}

function Row({ r }: { r: RecordRow }): VNode {
  const talked = r.talked_ms > 0;
  const runs = r.cause === "";
  return (
    <tr>
      <td class="num of-when">
        <strong>{clock(r.started_at)}</strong> {day(r.started_at)}
      </td>
      <th scope="row">
        <Kind kind={r.kind} />
        <a href={address({ page: "record", call: r.call })}>
          <strong>{clientName(r.client_name, r.number)}</strong>
          <span class="num">{(r.client_name && phoneNumber(r.number)) || t(`desk.kind_${r.kind as "callback"}`)}</span>
        </a>
      </th>
      <td class="of-agent">{r.operator || "–"}</td>
      <td class="of-queue">{r.queue}</td>
      <td class={`of-result ${talked || runs ? "good" : "missed"}`}>
        {runs ? <Handset small /> : talked ? <Check small /> : <Warning small />}
        {runs ? t("desk.result_runs") : talked ? t("desk.result_talked") : tMaybe(`cause.${r.cause}`, r.cause)}
      </td>
      <td class="right num of-time">{talked ? duration(r.talked_ms) : "–"}</td>
    </tr>
  );
}
