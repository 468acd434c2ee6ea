import type { VNode } from "preact";
import { duration, phoneNumber } from "../../shared/format";
import type { Call } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Check, Handset, HangUp, Mask } from "../../shared/ui/icons";
import { RecordMark, Timer } from "../../shared/ui/parts";
import { hangUp } from "../actions";
import { clientName } from "../names";
import { route } from "../route";
import { hangUpHere, type Talk, talk } from "../sound/sound";
import { callByID, finish, mine } from "../state";
import { Controls } from "./controls";

/** The bar of the operator's own call: who is on the line, for how long, and what can be done with the sound. */
export function CallBar({ c }: { c: Call }): VNode {
  const over = c.state === "ended";
  return (
    <header class={`call-bar ${over ? "over" : c.state === "talking" ? "talking" : "ringing"}`}>
      <span class="timer num">
        {over ? <Check /> : <Handset />}
        {over ? duration(talkedMs(c)) : <Timer from={c.talked_at ?? c.started_at} />}
      </span>
      <div>
        <h2>{clientName(c.client.name, c.client.number)}</h2>
        <p>{c.client.name ? phoneNumber(c.client.number) : t(`desk.short_${c.state}`)}</p>
      </div>
      {c.supervisor && (
        <span class="chip prompter">
          <Mask small /> {t(`desk.agent_sees_${c.supervisor.mode}`, { name: c.supervisor.name })}
        </span>
      )}
      {c.recorded && !over && <RecordMark />}
      <span class="space" />
      {talk.value?.call === c.id && !over && <Controls of={talk.value} />}
      {over ? (
        <button type="button" class="button filled big" onClick={() => finish(c.id)}>
          <Check /> {t("desk.done")}
        </button>
      ) : (
        <button type="button" class="button stop big" onClick={() => void hangUp(c.id)}>
          <HangUp /> {t("desk.hang_up")}
        </button>
      )}
    </header>
  );
}

export function talkedMs(c: Call): number {
  return c.talked_at && c.ended_at ? Date.parse(c.ended_at) - Date.parse(c.talked_at) : 0;
}

/** On the pages without a bar of their own, the sound that this tab holds keeps one. */
export function BarEverywhere(): VNode | null {
  const now = talk.value;
  const own = mine.value;
  const at = route.value;
  if (own && own.state !== "ended" && at.page !== "desk") return <CallBar c={own} />;
  if (!now || now.call === own?.id || (at.page === "card" && at.call === now.call)) return null;
  return <TalkBar of={now} />;
}

function TalkBar({ of }: { of: Talk }): VNode {
  const c = callByID(of.call);
  const names = [c?.agent?.name, c && clientName(c.client.name, c.client.number)].filter(Boolean);
  return (
    <section class="call-bar talking" aria-label={t("desk.call")}>
      <span class="timer num">
        <Handset />
        {c && <Timer from={c.talked_at ?? c.started_at} />}
      </span>
      <div>
        <h2>{names.join(" · ") || t("desk.call")}</h2>
      </div>
      <span class="space" />
      <Controls of={of} />
      <button type="button" class="button stop big" onClick={() => hangUpHere(of)}>
        <HangUp /> {t("desk.hang_up")}
      </button>
    </section>
  );
}
