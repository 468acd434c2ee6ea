import type { VNode } from "preact";
import { meterPosition, withUnit } from "../../shared/format";
import { unlock } from "../../shared/sound/output";
import { type Key, t } from "../../shared/text";
import { Warning } from "../../shared/ui/icons-plain";
import { HangUp, Microphone, MicrophoneOff, Sound } from "../../shared/ui/icons-sound";
import { here } from "./here";

/** What a visitor can do in a talk, and how loud they are. Panel and bar share it. */

export function Mute({ short }: { short?: boolean }): VNode | null {
  const sound = here.sound.value;
  if (!sound) return null;
  const muted = sound.muted.value;
  const words = t(muted ? "widget_talk.unmute" : "widget_talk.mute");
  return (
    <button
      type="button"
      class={`${short ? "round" : "button"} mute${muted ? " muted" : ""}`}
      aria-label={short ? words : undefined}
      onClick={() => here.mute(!muted)}
    >
      {muted ? <MicrophoneOff /> : <Microphone />} {!short && words}
    </button>
  );
}

export function Leave({ words, short }: { words: Key; short?: boolean }): VNode {
  return (
    <button
      type="button"
      class={short ? "round stop" : "button stop"}
      data-first={short ? undefined : true}
      aria-label={short ? t(words) : undefined}
      onClick={() => void here.leave()}
    >
      <HangUp /> {!short && t(words)}
    </button>
  );
}

/** The level of one's own voice: the answer to "am I heard at all?". Under mute it stands still. */
export function OwnLevel(): VNode | null {
  const sound = here.sound.value;
  if (!sound) return null;
  const dbfs = sound.muted.value ? -100 : Math.max(-60, sound.level.value);
  return (
    <p class="own-level">
      <span>{t(sound.voice.value?.kind === "recorded" ? "widget_talk.recorded_voice" : "widget_talk.own_voice")}</span>
      <span class="bed" role="img" aria-label={withUnit(dbfs)}>
        <span style={{ transform: `scaleX(${meterPosition(dbfs)})` }} />
      </span>
    </p>
  );
}

const hints: Record<"microphone_changed" | "microphone_gone" | "speaker_changed", Key> = {
  microphone_changed: "widget_talk.mic_changed",
  microphone_gone: "widget_talk.mic_gone",
  speaker_changed: "widget_talk.speaker_changed",
};

/** One sentence at a time of what the visitor may not notice. */
export function Note(): VNode {
  const sound = here.sound.value;
  const words = (): Key | "" => {
    if (!sound) return "";
    if (sound.speaksMuted.value) return "widget_talk.you_are_muted";
    if (sound.dead.value && !sound.muted.value) return "widget_talk.mic_dead";
    return sound.hint.value === "" ? "" : hints[sound.hint.value];
  };
  const key = words();
  return (
    <div role="status">
      {key !== "" && (
        <p class="note">
          <Warning small /> {t(key)}
        </p>
      )}
    </div>
  );
}

/** Browsers are silent on a page that nobody has touched; after a reload that may be so. */
export function SoundOn(): VNode {
  return (
    <button type="button" class="button filled" onClick={() => void unlock()}>
      <Sound /> {t("widget_talk.sound_on")}
    </button>
  );
}
