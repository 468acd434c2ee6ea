import type { VNode } from "preact";
import { since } from "../shared/clock";
import { duration } from "../shared/format";
import type { Callback, CallbackState } from "../shared/protocol";
import { type Key, rich, t, tMaybe } from "../shared/text";
import { CallBack, Check, Handset, Headset, Hourglass, Warning } from "../shared/ui/icons";
import { again, callback, cancel } from "./callback";
import { Place } from "./place";
import { busy, refusal } from "./state";
import { Body } from "./view";

/** A running request, state by state. */
export function RequestPage(): VNode {
  const c = callback.value;
  if (!c) return <Body />;
  switch (c.state) {
    case "waiting":
    case "agent_found":
    case "ringing":
      return <OnTheWay c={c} />;
    case "talking":
    case "away":
      return <Talking c={c} />;
    case "ended":
      return <Ended c={c} />;
  }
}

function OnTheWay({ c }: { c: Callback }): VNode {
  return (
    <Body>
      <p class="to">
        <span class="num">{c.number_shown}</span>
        {c.state === "waiting" && (
          <button type="button" class="link" onClick={() => void again()}>
            {t("widget.change")}
          </button>
        )}
      </p>
      <div role="status">
        {c.cut_off && c.state === "waiting" && <p class="box">{t("widget.cut_off")}</p>}
        <Headline c={c} />
      </div>
      <Steps state={c.state} />
      <p class="box">
        {rich(c.state === "ringing" ? "widget.comes_now" : "widget.comes_from", {
          number: <strong class="num">{c.caller}</strong>,
        })}
      </p>
      <span class="push" />
      {refusal.value && (
        <p class="fault" role="alert">
          {refusal.value.title}
        </p>
      )}
      <button type="button" class="button" data-first aria-disabled={busy.value} onClick={() => void cancel()}>
        {t("widget.cancel")}
      </button>
    </Body>
  );
}

/** What matters most now: the place and the wait, or that the phone rings. */
function Headline({ c }: { c: Callback }): VNode {
  if (c.state === "ringing") {
    return (
      <h3 class="big ringing">
        <Handset /> {t("widget.ringing")}
      </h3>
    );
  }
  if (c.state === "agent_found") {
    return (
      <h3 class="big">
        <Headset /> {t("widget.found")}
      </h3>
    );
  }
  return <Place place={c.place} waitMs={c.wait_ms} />;
}

const steps: readonly { at: CallbackState | ""; words: Key; icon: typeof Check }[] = [
  { at: "", words: "widget.step_taken", icon: Check },
  { at: "waiting", words: "widget.step_wait", icon: Hourglass },
  { at: "agent_found", words: "widget.step_agent", icon: Headset },
  { at: "ringing", words: "widget.step_ring", icon: Handset },
];

function Steps({ state }: { state: CallbackState }): VNode {
  const now = steps.findIndex((s) => s.at === state);
  return (
    <ol class="steps">
      {steps.map((s, i) => {
        const Picture = i < now ? Check : s.icon;
        return (
          <li
            key={s.words}
            class={i < now ? "done" : i === now ? "now" : ""}
            aria-current={i === now ? "step" : undefined}
          >
            <Picture /> {t(s.words)}
          </li>
        );
      })}
    </ol>
  );
}

function Talking({ c }: { c: Callback }): VNode {
  return (
    <Body>
      <p class="to num">{c.number_shown}</p>
      <h3 class="timer num" data-first tabIndex={-1}>
        <Handset />
        <span class="hidden-label">{t("widget.talking")}</span>
        <span aria-hidden="true">{duration(since(c.talked_at ?? c.created_at))}</span>
      </h3>
      <p class="center">{t(c.state === "away" ? "widget.away_what" : "widget.talking_what")}</p>
    </Body>
  );
}

function Ended({ c }: { c: Callback }): VNode {
  const good = c.reason === "talked";
  const length = c.talked_at && c.ended_at ? Date.parse(c.ended_at) - Date.parse(c.talked_at) : 0;
  return (
    <Body>
      <h3 class="big">
        {good || c.reason === "cancelled" ? <Check /> : <Warning />}{" "}
        {t(good ? "widget.ended_talked" : c.reason === "cancelled" ? "widget.ended_cancelled" : "widget.ended")}
      </h3>
      <p>{tMaybe(`widget.reason_${c.reason}`, "", { time: duration(length) })}</p>
      <span class="push" />
      <button type="button" class="button filled" data-first onClick={() => void again()}>
        <CallBack /> {t("widget.again")}
      </button>
    </Body>
  );
}
