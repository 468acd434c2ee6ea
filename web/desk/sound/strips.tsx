import type { ComponentChildren, VNode } from "preact";
import { useEffect } from "preact/hooks";
import { since } from "../../shared/clock";
import { duration, phoneNumber } from "../../shared/format";
import type { Leg } from "../../shared/protocol";
import { unlock, unlocked } from "../../shared/sound/output";
import { t } from "../../shared/text";
import { Check, Handset, HangUp, MicrophoneOff, Sound, SoundOff, Warning } from "../../shared/ui/icons";
import { Notice } from "../../shared/ui/parts";
import { demo, me } from "../account";
import { answerOn, setStatus } from "../actions";
import { handle } from "../keys/keys";
import { clientName } from "../names";
import { myself } from "../state";
import { here, legs, ringing } from "./legs";
import {
  answer,
  answerAllTheSame,
  decline,
  hangUpAndAnswer,
  howlAsked,
  isBack,
  lostAt,
  type Talk,
  talk,
  tryAgain,
  useRecorded,
  useSoundHere,
} from "./sound";

/** What the sound of this tab has to say, above every page. Nothing here takes the focus. */
export function Strips(): VNode {
  useEffect(soundKeys, []);
  return (
    <div class="strips">
      <SoundIsOff />
      <SetToPause />
      {ringing.value.map((l) => (
        <Incoming leg={l} key={l.id} />
      ))}
      <WouldHowl />
      {talk.value && <TalkSays now={talk.value} />}
    </div>
  );
}

/** A answers what rings; M mutes. Where there is neither, the keys are for others. */
function soundKeys(): () => void {
  const stops = [
    handle("accept", () => {
      const leg = ringing.peek()[0];
      if (!leg || !here.peek() || talk.peek()) return false;
      void answer(leg);
      return true;
    }),
    handle("mute", () => {
      const now = talk.peek();
      now?.conversation.mute(!now.conversation.muted.peek());
      return now !== null;
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function Strip(props: {
  look: string;
  icon: VNode;
  words: string;
  more?: string;
  children?: ComponentChildren;
}): VNode {
  return (
    <div class={`strip ${props.look}`} role="status">
      {props.icon}
      <p>
        <strong>{props.words}</strong>
        {props.more && <span>{props.more}</span>}
      </p>
      {props.children}
    </div>
  );
}

function SoundIsOff(): VNode | null {
  if (unlocked.value || (myself.value?.answer_on === "phone" && !talk.value)) return null;
  return (
    <Strip look="amber" icon={<SoundOff />} words={t("desk.sound_off")} more={t("desk.sound_off_what")}>
      <button type="button" class="button big" onClick={() => void unlock()}>
        <Sound /> {t("desk.sound_turn_on")}
      </button>
    </Strip>
  );
}

/** Who has missed some offers in a row is put on pause, and learns it by more than by nobody's coming (B 12). */
function SetToPause(): VNode | null {
  if (!myself.value?.unanswered) return null;
  return (
    <Strip look="amber" icon={<Warning />} words={t("desk.set_to_pause")} more={t("desk.set_to_pause_what")}>
      <button type="button" class="button big" onClick={() => void setStatus("online")}>
        <Check /> {t("desk.go_online")}
      </button>
    </Strip>
  );
}

/** Who calls. Where another tab holds the sound, this one can take it; who talks already can end that for it. */
function Incoming({ leg }: { leg: Leg }): VNode {
  const now = talk.value;
  return (
    <section class="strip incoming" role="alert" aria-label={t("desk.incoming")}>
      <Handset />
      <p>
        <strong>{clientName(leg.from_name, leg.from_number)}</strong>
        <span>
          {t(here.value ? "desk.calls_you" : "desk.rings_elsewhere")}
          {leg.from_name && leg.from_number ? ` · ${phoneNumber(leg.from_number)}` : ""}
        </span>
      </p>
      {!here.value && (
        <button type="button" class="button big" onClick={() => void useSoundHere()}>
          <Sound /> {t("desk.sound_here")}
        </button>
      )}
      {here.value && !now && (
        <button type="button" class="button go big" onClick={() => void answer(leg)}>
          <Check /> {t("desk.answer")} <kbd>A</kbd>
        </button>
      )}
      {here.value && now && now.leg !== leg.id && (
        <button type="button" class="button go big" onClick={() => void hangUpAndAnswer(now, leg)}>
          <Check /> {t("desk.hang_up_and_answer")}
        </button>
      )}
      <button type="button" class="button big" onClick={() => decline(leg.id)}>
        <HangUp /> {t("desk.decline")}
      </button>
    </section>
  );
}

function WouldHowl(): VNode | null {
  const leg = howlAsked.value;
  if (!leg || !legs.value.some((l) => l.id === leg.id && l.state === "rings")) return null;
  return (
    <Strip look="amber" icon={<Warning />} words={t("desk.howl")} more={t("desk.howl_what")}>
      <button type="button" class="button go big" onClick={() => void answerAllTheSame()}>
        {t("desk.howl_headphones")}
      </button>
      <button type="button" class="button big" onClick={() => decline(leg.id)}>
        {t("desk.decline")}
      </button>
    </Strip>
  );
}

/** One line at a time: the worst first. */
function TalkSays({ now }: { now: Talk }): VNode | null {
  const c = now.conversation;
  const failed = c.line.state.value === "over" ? c.line.trouble.value : null;
  if (failed) return <Notice title={failed.title || t("desk.no_path")} detail={failed.detail || failed.code} />;
  if (lostAt.value) return <Lost quiet={now.quiet} />;
  if (c.trouble.value) return <NoVoice now={now} />;
  if (c.speaksMuted.value) {
    return (
      <Strip look="red" icon={<MicrophoneOff />} words={t("desk.you_are_muted")} more={t("desk.you_are_muted_what")} />
    );
  }
  if (c.dead.value && !c.muted.value) {
    return (
      <Strip
        look="amber"
        icon={<MicrophoneOff />}
        words={t("sound.muted_in_system")}
        more={t("sound.muted_in_system.next")}
      />
    );
  }
  if (c.hint.value) return <Hint now={now} />;
  if (isBack.value) return <Strip look="green" icon={<Check />} words={t("desk.back_in_call")} />;
  return null;
}

/** The seconds are for the eye; who listens to the page hears the sentence once. */
function Lost({ quiet }: { quiet: boolean }): VNode {
  return (
    <Strip
      look="red"
      icon={<Warning />}
      words={t(quiet ? "desk.line_broke_quiet" : "desk.line_broke")}
      more={t("desk.line_broke_what")}
    >
      <span class="num big-seconds" aria-hidden="true">
        {duration(since(lostAt.value))}
      </span>
    </Strip>
  );
}

function Hint({ now }: { now: Talk }): VNode | null {
  const hint = now.conversation.hint;
  if (hint.value === "") return null;
  return (
    <Strip look="amber" icon={<Warning />} words={t(`desk.${hint.value}`)}>
      <button type="button" class="button big" onClick={() => (hint.value = "")}>
        {t("desk.put_away")}
      </button>
    </Strip>
  );
}

/** No microphone: why, and the ways on. */
function NoVoice({ now }: { now: Talk }): VNode | null {
  const word = now.conversation.trouble.value;
  if (!word) return null;
  const phone = myself.value?.phone_registered ? me.value?.phone : "";
  return (
    <Strip look="red" icon={<MicrophoneOff />} words={t(`sound.${word}`)} more={t(`sound.${word}.next`)}>
      <button type="button" class="button big" onClick={() => void tryAgain(now)}>
        {t("desk.try_again")}
      </button>
      {demo.value && (
        <button type="button" class="button big" onClick={() => void useRecorded(now)}>
          {t("desk.use_recorded")}
        </button>
      )}
      {phone && !now.quiet && !now.conversation.opened.value && (
        <button
          type="button"
          class="button big"
          onClick={() => {
            void answerOn("phone");
            decline(now.leg);
          }}
        >
          {t("desk.use_phone", { phone })}
        </button>
      )}
      {!now.conversation.opened.value && (
        <button type="button" class="button big" onClick={() => decline(now.leg)}>
          {t("desk.decline")}
        </button>
      )}
    </Strip>
  );
}
