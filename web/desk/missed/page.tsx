import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { clock, day, phoneNumber } from "../../shared/format";
import type { Missed } from "../../shared/protocol";
import { t, tn } from "../../shared/text";
import { Check, Handset } from "../../shared/ui/icons";
import { Mail } from "../icons";
import { KindTile, kindWord, Tile } from "../kind";
import { clientName } from "../names";
import { done, missed } from "./missed";

/** Who came in vain: nobody is forgotten until somebody says that it is done (B 10). */
export function MissedPage(): VNode {
  const all = missed.value;
  return (
    <main class="page missed">
      <header class="head">
        <div>
          <h1>{t("missed.title")}</h1>
          <p>{all.length > 0 ? tn("missed.open", all.length) : t("missed.none")}</p>
        </div>
      </header>
      {all.length > 0 && (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">{t("desk.when")}</th>
              <th scope="col">{t("missed.who")}</th>
              <th scope="col">{t("missed.why")}</th>
              <th scope="col">{t("desk.queue")}</th>
              <th scope="col">
                <span class="hidden-label">{t("missed.what_to_do")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map((m) => (
              <Row m={m} key={m.id} />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}

function Row({ m }: { m: Missed }): VNode {
  return (
    <tr>
      <td class="num of-when">
        <strong>{clock(m.at)}</strong> {day(m.at)}
      </td>
      <th scope="row">
        {m.reason === "offline" ? (
          <Tile word={t("missed.reason_offline")} picture={<Mail />} />
        ) : (
          <KindTile kind={m.kind} />
        )}
        <span>
          <strong>{clientName(m.name, m.phone)}</strong>
          <span class="num">{(m.name && phoneNumber(m.phone)) || m.email || kindWord(m.kind)}</span>
        </span>
      </th>
      <td class="of-why wide">
        {t(`missed.reason_${m.reason}`)}
        {m.text && <Words text={m.text} />}
      </td>
      <td class="of-queue wide">{m.queue}</td>
      <td class="of-acts">
        <div class="acts">
          {m.phone && (
            <a class="button" href={`tel:${m.phone}`}>
              <Handset small /> {t("missed.call")}
            </a>
          )}
          {m.email && (
            <a class="button" href={`mailto:${m.email}`}>
              <Mail small /> {t("missed.write")}
            </a>
          )}
          <button type="button" class="button" onClick={() => void done(m.id)}>
            <Check small /> {t("missed.done")}
          </button>
        </div>
      </td>
    </tr>
  );
}

/** How much of a long message is shown before the rest is asked for. */
const most = 120;

/** What they have written, whole on a click. */
function Words({ text }: { text: string }): VNode {
  const open = useSignal(false);
  const short = text.length > most && !open.value;
  return (
    <p class="words">
      {short ? `${text.slice(0, most).replace(/\s+\S*$/, "")} … ` : text}
      {short && (
        <button type="button" class="link-button" onClick={() => (open.value = true)}>
          {t("missed.all_of_it")}
        </button>
      )}
    </p>
  );
}
