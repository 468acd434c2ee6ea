import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { clock, phoneNumber, withUnit } from "../../shared/format";
import type { Call } from "../../shared/protocol";
import { rich, t, tMaybe } from "../../shared/text";
import { Check, Handset, Headset, Warning } from "../../shared/ui/icons";
import { Meter } from "../../shared/ui/parts";
import { me } from "../account";
import { hangUp } from "../actions";
import { here } from "../sound/legs";
import { talk } from "../sound/sound";
import { meter, myself, watched } from "../state";
import { HearPhone } from "./ear";

/** The operator's own call: who it is, whether both are heard, and how far it has come. */
export function CallTab({ c }: { c: Call }): VNode {
  return (
    <div class="call-tab">
      <section aria-label={t("role.client")}>
        <ClientFacts c={c} />
        {c.state === "talking" && <Voices c={c} />}
        {c.state !== "ended" && !byBrowser(c) && <HearPhone of="agent" phone={me.value?.phone ?? ""} />}
      </section>
      <Course c={c} />
    </div>
  );
}

/** Whether the operator's own part of a call is in a page: as told, as this tab knows, or as it was chosen. */
function byBrowser(c: Call): boolean {
  if (c.agent?.by) return c.agent.by === "browser";
  return talk.value?.call === c.id || myself.value?.answer_on === "browser";
}

/** Where one's own line rings, as far as it is known. */
function pickUp(
  c: Call,
): "desk.next_pick_up" | "desk.next_answer_here" | "desk.next_pick_up_or_here" | "desk.line_opens" {
  if (talk.value?.call === c.id) return "desk.line_opens";
  if (c.agent?.by === "phone" || !here.value || myself.value?.answer_on === "phone") return "desk.next_pick_up";
  return myself.value?.answer_on === "both" && myself.value.phone_registered
    ? "desk.next_pick_up_or_here"
    : "desk.next_answer_here";
}

/** What the operator should do now, in one sentence. */
export function Next({ c }: { c: Call }): VNode | null {
  const number = <strong class="num">{phoneNumber(c.client.number)}</strong>;
  switch (c.state) {
    case "waiting":
      return <p class="next">{t("desk.next_waiting")}</p>;
    case "ringing_agent":
      return (
        <div class="next ringing">
          <Headset />
          <p>
            <strong>{t(pickUp(c), { phone: me.value?.phone ?? "" })}</strong>
            {c.kind === "callback" && <span>{rich("desk.next_then", { number })}</span>}
          </p>
          <button type="button" class="button" onClick={() => void hangUp(c.id)}>
            {t("desk.cancel")}
          </button>
        </div>
      );
    case "ringing_client":
      return (
        <div class="next ringing">
          <Handset />
          <p>
            <strong>{t("desk.next_rings")}</strong>
            <span>{rich("desk.next_calling", { number })}</span>
          </p>
          <button type="button" class="button" onClick={() => void hangUp(c.id)}>
            {t("desk.cancel")}
          </button>
        </div>
      );
    case "talking":
      return c.client.state === "lost" ? <ClientLost until={c.lost_until ?? ""} /> : null;
    case "ended":
      return (
        <div class="next">
          {c.talked_at ? <Check /> : <Warning />}
          <p>
            <strong>{t(c.talked_at ? "desk.next_over" : "desk.next_not_reached")}</strong>
            <span>{tMaybe(`cause.${c.cause}`, c.cause)}</span>
          </p>
        </div>
      );
  }
}

function ClientLost({ until }: { until: string }): VNode {
  return (
    <div class="next ringing" role="status">
      <Warning />
      <p>
        <strong>{t("desk.next_lost")}</strong>
        {until && <span>{t("desk.next_lost_until", { time: clock(until, true) })}</span>}
      </p>
    </div>
  );
}

function ClientFacts({ c }: { c: Call }): VNode {
  return (
    <dl class="facts">
      <dt>{t("desk.name")}</dt>
      <dd>{c.client.name || t("desk.not_given")}</dd>
      {c.client.number && (
        <>
          <dt>{t("desk.number")}</dt>
          <dd class="num">{phoneNumber(c.client.number)}</dd>
        </>
      )}
      {c.queue && (
        <>
          <dt>{t("desk.queue")}</dt>
          <dd>{c.queue}</dd>
        </>
      )}
      <dt>{t("desk.came_by")}</dt>
      <dd>{t(`desk.kind_${c.kind}`)}</dd>
      <dt>{t("desk.begun")}</dt>
      <dd class="num">{clock(c.started_at, true)}</dd>
    </dl>
  );
}

/** Both voices of the talk: whether one is heard oneself is the first thing to know. */
function Voices({ c }: { c: Call }): VNode {
  useEffect(() => {
    watched.value = c.id;
    return () => {
      watched.value = "";
    };
  }, [c.id]);
  return (
    <dl class="voices">
      <Voice word={t("role.client")} party={c.client.party} />
      <Voice word={t("desk.you_operator")} party={c.agent?.party ?? ""} />
    </dl>
  );
}

function Voice({ word, party }: { word: string; party: string }): VNode {
  const level = meter.value?.levels.find((l) => l.party === party);
  const dbfs = Math.max(-60, level?.dbfs ?? -60);
  return (
    <div>
      <dt>{word}</dt>
      <dd>
        <Meter dbfs={dbfs} peak={level?.peak_dbfs ?? -60} label={word} />
      </dd>
      <dd class="num">{withUnit(dbfs)}</dd>
    </div>
  );
}

/** Whoever waits is accepted; a telephone rings by itself. */
const chosen = (c: Call) => c.kind === "callback" || c.kind === "web";

type StepState = "done" | "now" | "todo";

/** The way of a call, so that nobody wonders whose phone rings. */
function Course({ c }: { c: Call }): VNode {
  const order = ["waiting", "ringing_agent", "ringing_client", "talking", "ended"];
  const at = order.indexOf(c.state);
  const state = (i: number): StepState => (at > i ? "done" : at === i ? "now" : "todo");
  return (
    <section class="course" aria-labelledby="course">
      <h2 id="course">{t("desk.course")}</h2>
      <ol>
        <Step state="done" words={t(chosen(c) ? "desk.step_accepted" : "desk.step_came")} time={c.started_at} />
        <Step
          state={state(1)}
          words={t(byBrowser(c) ? "desk.step_your_browser" : "desk.step_your_phone", {
            phone: c.agent?.phone ?? "",
          })}
        />
        {c.kind === "callback" && (
          <Step state={state(2)} words={t("desk.step_their_phone", { number: phoneNumber(c.client.number) })} />
        )}
        {(c.talked_at || c.state !== "ended") && (
          <Step state={state(3)} words={t("desk.step_talk")} time={c.talked_at} />
        )}
        {c.ended_at && <Step state="done" words={tMaybe(`cause.${c.cause}`, t("desk.next_over"))} time={c.ended_at} />}
      </ol>
      {c.kind === "callback" && <p class="note">{t("desk.client_sees")}</p>}
    </section>
  );
}

function Step(props: { state: StepState; words: string; time?: string | null }): VNode {
  return (
    <li class={props.state} aria-current={props.state === "now" ? "step" : undefined}>
      <i>{props.state === "done" && <Check small />}</i>
      <span>{props.words}</span>
      {props.time && <time class="num">{clock(props.time, true)}</time>}
    </li>
  );
}
