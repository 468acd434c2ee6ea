import type { ComponentChildren, VNode } from "preact";
import { withUnit } from "../../shared/format";
import { choose, chosen, devices } from "../../shared/sound/devices";
import { canChooseOutput } from "../../shared/sound/output";
import { t } from "../../shared/text";
import { Check, Handset, HangUp, Padlock, Sound, Warning } from "../../shared/ui/icons";
import { Meter } from "../../shared/ui/parts";
import { DeviceChoice, SpeakerChoice } from "../call/controls";
import { Dialog } from "../dialog";
import { check, closeCheck } from "./check";
import { talk } from "./sound";

type Shown = NonNullable<typeof check.value>;

/** The sound check, over the page. */
export function SoundCheckDialog(): VNode | null {
  const of = check.value;
  if (!of) return null;
  return (
    <Dialog id="sound-check" look="sound-check" title={t("desk.check_sound")} close={closeCheck}>
      <MicrophoneStep of={of} />
      <SpeakerStep of={of} />
      <EchoStep of={of} />
      <Result of={of} />
    </Dialog>
  );
}

function Step(props: { n: number; title: string; children: ComponentChildren }): VNode {
  return (
    <section class="check-step">
      <h3>
        <span class="num">{props.n}</span> {props.title}
      </h3>
      {props.children}
    </section>
  );
}

function MicrophoneStep({ of }: { of: Shown }): VNode {
  return (
    <Step n={1} title={t("desk.microphone")}>
      <DeviceChoice
        word={t("desk.microphone")}
        all={devices.value.microphones}
        value={chosen.value.microphone}
        choose={(id) => {
          choose({ microphone: id });
          void of.speak();
        }}
      />
      <Level word={t("desk.own_level")} dbfs={of.level.value} />
      <label class="tick">
        <input
          type="checkbox"
          checked={chosen.value.clean}
          onChange={(e) => {
            choose({ clean: e.currentTarget.checked });
            void of.speak();
          }}
        />
        {t("desk.clean_voice")}
      </label>
    </Step>
  );
}

function Level({ word, dbfs }: { word: string; dbfs: number }): VNode {
  const shown = Math.max(-60, dbfs);
  return (
    <div class="check-level">
      <span>{word}</span>
      <Meter dbfs={shown} label={word} />
      <span class="num">{withUnit(shown)}</span>
    </div>
  );
}

function SpeakerStep({ of }: { of: Shown }): VNode {
  return (
    <Step n={2} title={t("desk.speaker")}>
      <div class="check-row">
        <SpeakerChoice />
        <button type="button" class="button big" onClick={() => void of.sample("speaker")}>
          <Sound /> {t("desk.play_sample")}
        </button>
      </div>
      <div class="check-row">
        {canChooseOutput && (
          <DeviceChoice
            word={t("desk.ring_device")}
            first={t("desk.ring_as_speaker")}
            all={devices.value.speakers}
            value={chosen.value.ring}
            choose={(id) => choose({ ring: id })}
          />
        )}
        <button type="button" class="button big" onClick={() => void of.sample("ring")}>
          <Sound /> {t("desk.play_ring")}
        </button>
      </div>
    </Step>
  );
}

function EchoStep({ of }: { of: Shown }): VNode {
  const runs = of.echo.value === "calling" || of.echo.value === "talking";
  return (
    <Step n={3} title={t("desk.echo")}>
      <p>{t(talk.value ? "desk.echo_after_call" : "desk.echo_what")}</p>
      {runs && <Level word={t("desk.echo_heard")} dbfs={of.heard.value} />}
      {runs && <Level word={t("desk.echo_back")} dbfs={of.returned.value} />}
      {!talk.value &&
        (runs ? (
          <button type="button" class="button big" onClick={() => of.hangUp()}>
            <HangUp /> {t("desk.hang_up")}
          </button>
        ) : (
          <button
            type="button"
            class="button filled big"
            aria-disabled={of.voice.value === null}
            onClick={() => of.voice.peek() && void of.call()}
          >
            <Handset /> {t("desk.echo_call")}
          </button>
        ))}
    </Step>
  );
}

function Result({ of }: { of: Shown }): VNode | null {
  const found = of.verdict.value;
  const word = found?.word;
  return (
    <div class={`check-result ${word === "works" ? "good" : word ? "bad" : ""}`} role="status">
      {found && (
        <>
          {word === "works" ? <Check /> : <Warning />}
          <p>
            <strong>{t(`sound.${found.word}`)}</strong>
            <span>{t(`sound.${found.word}.next`)}</span>
            {found.code && <code>{found.code}</code>}
          </p>
          {of.trouble.value && (
            <button type="button" class="button big" onClick={() => void of.speak()}>
              {t("desk.try_again")}
            </button>
          )}
          {word === "refused" && <PadlockPicture />}
        </>
      )}
    </div>
  );
}

/** Where a browser keeps its leave: drawn, because each names it in its own words. */
function PadlockPicture(): VNode {
  return (
    <div class="address-line" role="img" aria-label={t("desk.padlock")}>
      <span class="lock">
        <Padlock />
      </span>
      <span class="address">{location.host}</span>
    </div>
  );
}
