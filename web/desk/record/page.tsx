import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { clock, day, phoneNumber } from "../../shared/format";
import type { CallRecord } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Back } from "../../shared/ui/icons";
import { attempt, call } from "../account";
import { clientName } from "../names";
import { address } from "../route";
import { Controls } from "./controls";
import { Facts, HeardAt, Proof } from "./facts";
import { Files } from "./files";
import { Player } from "./player";
import { Tracks } from "./tracks";

/** One call as it was: its voices, its modes in time, its two files and the proof. */
export function RecordPage({ id }: { id: string }): VNode {
  const found = useSignal<Player | null>(null);
  useEffect(() => {
    let left = false;
    void attempt(() => call<CallRecord>("GET", `/records/${id}`)).then((r) => {
      if (r && !left) found.value = new Player(r);
    });
    const key = (e: KeyboardEvent) => found.peek() && playerKeys(e, found.peek() as Player);
    addEventListener("keydown", key);
    return () => {
      left = true;
      removeEventListener("keydown", key);
      found.peek()?.close();
    };
  }, []);
  const player = found.value;
  if (!player) return <main class="page record" />;
  const r = player.record;
  return (
    <main class="page record">
      <Head r={r} />
      <div class="columns">
        <div>
          <section class="panel-box sound" aria-label={t("desk.sound")}>
            <Controls of={player} />
            <Tracks of={player} />
          </section>
          <Files r={r} />
          {r.comments.map((c) => (
            <section class="panel-box remark" key={c.by + c.changed_at}>
              <header>
                <h2>{t("desk.comment_by", { name: c.by })}</h2>
                <time class="num">{clock(c.changed_at, true)}</time>
              </header>
              <p>{c.text}</p>
            </section>
          ))}
        </div>
        <aside>
          <Proof r={r} />
          <HeardAt of={player} />
          <Facts r={r} />
        </aside>
      </div>
    </main>
  );
}

const stepMs = 5000;

/** Space plays, the arrows move, wherever the focus is, but for what uses these keys itself. */
function playerKeys(e: KeyboardEvent, player: Player): void {
  const at = e.target instanceof Element ? e.target : null;
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
  if (at?.closest("input, textarea, select, [role=radiogroup], [popover], dialog")) return;
  if (e.code === "Space" && !at?.closest("button, a")) player.toggle();
  else if (e.key === "ArrowRight") player.seek(player.position.peek() + stepMs);
  else if (e.key === "ArrowLeft") player.seek(player.position.peek() - stepMs);
  else return;
  e.preventDefault();
}

function Head({ r }: { r: CallRecord }): VNode {
  return (
    <header class="head">
      <a class="button square big" href={address({ page: "records" })} aria-label={t("desk.back_to_records")}>
        <Back />
      </a>
      <div>
        <h1>{clientName(r.row.client_name, r.row.number)}</h1>
        <p class="num">
          {[
            `${day(r.row.started_at)}, ${clock(r.row.started_at, true)}`,
            r.row.client_name && phoneNumber(r.row.number),
            r.row.queue,
            r.row.operator,
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
    </header>
  );
}
