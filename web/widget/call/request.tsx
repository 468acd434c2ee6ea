import type { VNode } from "preact";
import { since } from "../../shared/clock";
import { duration } from "../../shared/format";
import type { Callback, CallbackState } from "../../shared/protocol";
import { type Key, rich, t, tMaybe } from "../../shared/text";
import { CallBack, Chat, Check, Handset, Headset, Hourglass, Warning } from "../../shared/ui/icons-plain";
import { Body } from "../body";
import { openChat } from "../doors";
import { Place } from "../place";
import { busy, refusal, way } from "../state";
import { again, callback, cancel } from "./callback";

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
            {t("widget_call.change")}
          </button>
        )}
      </p>
      <div role="status">
        {c.cut_off && c.state === "waiting" && <p class="box">{t("widget_call.cut_off")}</p>}
        <Headline c={c} />
      </div>
      <Steps state={c.state} />
      <p class="box">
        {rich(c.state === "ringing" ? "widget_call.comes_now" : "widget_call.comes_from", {
          number: <strong class="num">{c.caller}</strong>,
        })}
      </p>
      <span class="push" />
      {refusal.value && (
        <p class="fault" role="alert">
          {refusal.value.title}
        </p>
      )}
      <div class="pair">
        {way("chat")?.state === "open" && (
          <button type="button" class="button" onClick={openChat}>
            <Chat /> {t("widget.write_meanwhile")}
          </button>
        )}
        <button type="button" class="button" data-first aria-disabled={busy.value} onClick={() => void cancel()}>
          {t("widget.cancel")}
        </button>
      </div>
    </Body>
  );
}

/** What matters most now: the place and the wait, or that the phone rings. */
function Headline({ c }: { c: Callback }): VNode {
  if (c.state === "ringing") {
    return (
      <h3 class="big ringing">
        <Handset /> {t("widget_call.ringing")}
      </h3>
    );
  }
  if (c.state === "agent_found") {
    return (
      <h3 class="big">
        <Headset /> {t("widget_sound.found")}
      </h3>
    );
  }
  return <Place place={c.place} waitMs={c.wait_ms} />;
}

const steps: readonly { at: CallbackState | ""; words: Key; icon: typeof Check }[] = [
  { at: "", words: "widget_call.step_taken", icon: Check },
  { at: "waiting", words: "widget_call.step_wait", icon: Hourglass },
  { at: "agent_found", words: "widget_call.step_agent", icon: Headset },
  { at: "ringing", words: "widget_call.step_ring", icon: Handset },
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
        <span class="hidden-label">{t("widget_sound.talking")}</span>
        <span aria-hidden="true">{duration(since(c.talked_at ?? c.created_at))}</span>
      </h3>
      <p class="center">{t(c.state === "away" ? "widget_call.away_what" : "widget_call.talking_what")}</p>
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
        {t(
          good
            ? "widget_sound.ended_talked"
            : c.reason === "cancelled"
              ? "widget_sound.ended_cancelled"
              : "widget_sound.ended",
        )}
      </h3>
      <p>{reasonOf(c.reason, duration(length))}</p>
      <span class="push" />
      <button type="button" class="button filled" data-first onClick={() => void again()}>
        <CallBack /> {t("widget_sound.again")}
      </button>
    </Body>
  );
}

/** Some reasons are a talk's too. */
function reasonOf(reason: string, time: string): string {
  return tMaybe(`widget_call.reason_${reason}`, tMaybe(`widget_sound.reason_${reason}`, "", { time }));
}

/** How it stands, for the closed button. */
export function shortWords(c: Callback): string {
  switch (c.state) {
    case "waiting":
      return t("widget_sound.short_waiting");
    case "agent_found":
      return t("widget_sound.short_found");
    case "ringing":
      return t("widget_call.short_ringing");
    case "talking":
    case "away":
      return duration(since(c.talked_at ?? c.created_at));
    case "ended":
      return "";
  }
}
