import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { clock, day, duration, phoneNumber } from "../shared/format";
import type { RecordRow } from "../shared/protocol";
import { t, tMaybe } from "../shared/text";
import { CallBack, Check, Handset, Warning } from "../shared/ui/icons";
import { address } from "./route";
import { attempt, call } from "./session";

/** How many the server tells at once. */
const page = 50;

const rows = signal<readonly RecordRow[]>([]);
const state = signal<"loading" | "more" | "all">("loading");

async function load(before: string): Promise<void> {
  const found = await attempt(() =>
    call<{ records: RecordRow[] }>("GET", `/records${before ? `?before=${before}` : ""}`),
  );
  if (!found) return;
  rows.value = before ? [...rows.value, ...found.records] : found.records;
  state.value = found.records.length < page ? "all" : "more";
}

export function RecordsPage(): VNode {
  useEffect(() => void load(""), []);
  return (
    <main class="records">
      <header class="head">
        <div>
          <h1>{t("desk.records")}</h1>
          <p>{t("desk.newest_first")}</p>
        </div>
      </header>
      {rows.value.length === 0 && state.value !== "loading" && <p class="empty">{t("desk.no_records")}</p>}
      <table>
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
        <button type="button" class="button" onClick={() => void load(rows.value.at(-1)?.call ?? "")}>
          {t("desk.older")}
        </button>
      )}
    </main>
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
        <span class="tile">{r.kind === "callback" ? <CallBack small /> : <Handset small />}</span>
        <a href={address({ page: "record", call: r.call })}>
          <strong>{r.client_name || phoneNumber(r.number)}</strong>
          <span class="num">{r.client_name ? phoneNumber(r.number) : t(`desk.kind_${r.kind as "callback"}`)}</span>
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
