import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { clock, duration, phoneNumber, withUnit } from "../shared/format";
import type { Call } from "../shared/protocol";
import { rich, t, tMaybe } from "../shared/text";
import { Check, Handset, HangUp, Headset, Mask, Person, Warning } from "../shared/ui/icons";
import { Meter, RecordMark, Timer } from "../shared/ui/parts";
import { hangUp } from "./actions";
import { HearPhone } from "./ear";
import { me } from "./session";
import { finish, meter, watched } from "./state";

/** The operator's own call: the bar, who it is, and what happens next. */
export function CallView({ c }: { c: Call }): VNode {
  return (
    <>
      <CallBar c={c} />
      <section class="client-panel" aria-labelledby="client">
        <h2 id="client" class="tab">
          <Person small /> {t("role.client")}
        </h2>
        <Next c={c} />
        <ClientFacts c={c} />
        {c.state === "talking" && <Voices c={c} />}
        {c.state !== "ended" && <HearPhone of="agent" phone={me.value?.phone ?? ""} />}
      </section>
      <Course c={c} />
    </>
  );
}

function CallBar({ c }: { c: Call }): VNode {
  const over = c.state === "ended";
  return (
    <header class={`call-bar ${over ? "over" : c.state === "talking" ? "talking" : "ringing"}`}>
      <span class="timer num">
        {over ? <Check /> : <Handset />}
        {over ? duration(talkedMs(c)) : <Timer from={c.talked_at ?? c.started_at} />}
      </span>
      <div>
        <h2>{c.client.name || phoneNumber(c.client.number) || t("desk.visitor")}</h2>
        <p>{c.client.name ? phoneNumber(c.client.number) : t(`desk.short_${c.state}`)}</p>
      </div>
      {c.supervisor && (
        <span class="chip prompter">
          <Mask small /> {t(`desk.agent_sees_${c.supervisor.mode}`, { name: c.supervisor.name })}
        </span>
      )}
      {c.recorded && !over && <RecordMark />}
      <span class="space" />
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

/** What the operator should do now, in one sentence. */
function Next({ c }: { c: Call }): VNode | null {
  const number = <strong class="num">{phoneNumber(c.client.number)}</strong>;
  switch (c.state) {
    case "waiting":
      return <p class="next">{t("desk.next_waiting")}</p>;
    case "ringing_agent":
      return (
        <div class="next ringing">
          <Headset />
          <p>
            <strong>{t("desk.next_pick_up", { phone: me.value?.phone ?? "" })}</strong>
            <span>{rich("desk.next_then", { number })}</span>
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
      return null;
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

function ClientFacts({ c }: { c: Call }): VNode {
  return (
    <dl class="facts">
      <dt>{t("desk.name")}</dt>
      <dd>{c.client.name || t("desk.not_given")}</dd>
      <dt>{t("desk.number")}</dt>
      <dd class="num">{phoneNumber(c.client.number)}</dd>
      <dt>{t("desk.queue")}</dt>
      <dd>{c.queue}</dd>
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

type StepState = "done" | "now" | "todo";

/** The way of a callback, so that nobody wonders whose phone rings. */
function Course({ c }: { c: Call }): VNode {
  const order = ["waiting", "ringing_agent", "ringing_client", "talking", "ended"];
  const at = order.indexOf(c.state);
  const state = (i: number): StepState => (at > i ? "done" : at === i ? "now" : "todo");
  return (
    <aside class="course" aria-labelledby="course">
      <h2 id="course" class="tab">
        {t("desk.course")}
      </h2>
      <ol>
        <Step state="done" words={t("desk.step_accepted")} time={c.started_at} />
        <Step state={state(1)} words={t("desk.step_your_phone", { phone: c.agent?.phone ?? "" })} />
        <Step state={state(2)} words={t("desk.step_their_phone", { number: phoneNumber(c.client.number) })} />
        {(c.talked_at || c.state !== "ended") && (
          <Step state={state(3)} words={t("desk.step_talk")} time={c.talked_at} />
        )}
        {c.ended_at && <Step state="done" words={tMaybe(`cause.${c.cause}`, t("desk.next_over"))} time={c.ended_at} />}
      </ol>
      <p class="note">{t("desk.client_sees")}</p>
    </aside>
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
