import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { clock, day } from "../../shared/format";
import { t, tn } from "../../shared/text";
import { Check } from "../../shared/ui/icons";
import { attempt, call, quietly } from "../account";
import { Ban } from "../icons";
import { visitorName } from "../names";

interface OneBan {
  visitor: { id: string; number: number; name: string };
  reason: string;
  by: { id: string; name: string };
  at: string;
  until: string | null;
}

const bans = signal<readonly OneBan[] | null>(null);

async function load(): Promise<void> {
  const got = await quietly(() => call<{ bans: OneBan[] }>("GET", "/bans"));
  if (got) bans.value = got.bans;
}

async function lift(visitor: string): Promise<void> {
  await attempt(() => call("DELETE", `/bans/${visitor}`));
  await load();
}

/** Who is kept out, by whom and why, and the way to let them in again. */
export function BansPage(): VNode {
  useEffect(() => void load(), []);
  const all = bans.value ?? [];
  return (
    <main class="page bans">
      <header class="head">
        <div>
          <h1>{t("ban.list")}</h1>
          <p>{all.length > 0 ? tn("ban.banned", all.length) : t("ban.nobody")}</p>
        </div>
      </header>
      {all.length > 0 && (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">{t("session.visitor")}</th>
              <th scope="col">{t("ban.reason")}</th>
              <th scope="col">{t("ban.by")}</th>
              <th scope="col">{t("ban.until")}</th>
              <th scope="col">
                <span class="hidden-label">{t("missed.what_to_do")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map((b) => (
              <Row b={b} key={b.visitor.id} />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}

function Row({ b }: { b: OneBan }): VNode {
  return (
    <tr>
      <th scope="row">
        <span class="tile">
          <Ban />
        </span>
        <span>
          <strong>{visitorName({ ...b.visitor, phone: "" })}</strong>
        </span>
      </th>
      <td class="wide">{b.reason}</td>
      <td class="wide" data-word={t("ban.by")}>
        {b.by.name}, {day(b.at)} {clock(b.at)}
      </td>
      <td class="wide" data-word={t("ban.until")}>
        {b.until ? `${day(b.until)} ${clock(b.until)}` : t("ban.term_ever")}
      </td>
      <td class="of-acts">
        <div class="acts">
          <button type="button" class="button" onClick={() => void lift(b.visitor.id)}>
            <Check small /> {t("ban.lift")}
          </button>
        </div>
      </td>
    </tr>
  );
}
