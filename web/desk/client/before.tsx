import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { serverNow } from "../../shared/clock";
import { duration, shortDay } from "../../shared/format";
import type { SessionRow } from "../../shared/protocol";
import { t } from "../../shared/text";
import { call, quietly } from "../account";
import { Transcript } from "../history/transcript";
import { kindWord } from "../kind";
import { resultWord } from "../words/words";

/** What was with this visitor before: when, with whom, about what; and what was said, on a click (M097). */
export function Before({ visitor, now }: { visitor: string; now: string }): VNode {
  const rows = useSignal<readonly SessionRow[] | null>(null);
  const open = useSignal("");
  useEffect(() => {
    let gone = false;
    rows.value = null;
    void read(visitor).then((found) => {
      if (!gone) rows.value = found.filter((r) => r.id !== now);
    });
    return () => {
      gone = true;
    };
  }, [visitor, now]);
  return (
    <section aria-labelledby="client-before">
      <h2 id="client-before">{t("session.before")}</h2>
      {rows.value?.length === 0 && <p class="empty">{t("session.first_time")}</p>}
      <ol class="before">
        {rows.value?.map((r) => (
          <li key={r.id}>
            <button
              type="button"
              aria-expanded={open.value === r.id}
              onClick={() => (open.value = open.value === r.id ? "" : r.id)}
            >
              <time class="num">{shortDay(r.requested_at, serverNow())}</time>
              <span>
                <span>
                  {r.operator ? t("session.kind_with", { kind: kindWord(r.kind), name: r.operator }) : kindWord(r.kind)}
                </span>
                <small>{resultWord(r.result) || r.note}</small>
              </span>
              <span class="num">{lasted(r)}</span>
            </button>
            {open.value === r.id && <Transcript session={r.id} />}
          </li>
        ))}
      </ol>
    </section>
  );
}

async function read(visitor: string): Promise<readonly SessionRow[]> {
  if (visitor === "") return [];
  const got = await quietly(() => call<{ sessions: SessionRow[] }>("GET", `/sessions?visitor=${visitor}`));
  return got?.sessions ?? [];
}

/** How long it was talked, "" for who never got somebody. */
export function lasted(r: SessionRow): string {
  return r.accepted_at && r.ended_at ? duration(Date.parse(r.ended_at) - Date.parse(r.accepted_at)) : "";
}
