import "./controls.css";
import type { VNode } from "preact";
import { second, serverNow } from "../shared/clock";
import { ear, earState } from "../shared/ear/ear";
import type { Mode, Role } from "../shared/protocol";
import { rich, t } from "../shared/text";
import { Barge, Ear, Handset, Headset, Mask, Play, Sound, SoundOff, Warning } from "../shared/ui/icons";
import { type Choice, Segmented } from "../shared/ui/parts";
import { hear, hearAllTheSame, howlAsked, stopHearing } from "./hear";
import { granted, mode, personOf, prompt, sayPrompt, setMode, talking, wanted } from "./state";

export function Controls(): VNode {
  return (
    <div class="controls">
      <div>
        <span class="label">{t("stage.whose_ear")}</span>
        <Segmented
          label={t("stage.whose_ear")}
          choices={ears()}
          value={ear.value as Role | ""}
          choose={(v) => void hear(v)}
        />
      </div>
      <EarLine />
      <div>
        <span class="label">{t("stage.mode")}</span>
        <Segmented
          label={t("stage.mode")}
          choices={modes()}
          value={mode.value}
          next={wanted.value}
          choose={(m) => void setMode(m)}
        />
      </div>
      <SayPrompt />
    </div>
  );
}

function ears(): Choice<Role>[] {
  const label = (role: Role, icon: VNode) => ({
    value: role,
    label: (
      <>
        {icon} {personOf(role).name}
      </>
    ),
  });
  return [label("client", <Handset />), label("agent", <Headset />), label("supervisor", <Mask />)];
}

function modes(): Choice<Mode>[] {
  return [
    { value: "listen", label: [<Ear key="i" />, t("mode.listen")] },
    { value: "whisper", label: [<Mask key="i" />, t("mode.whisper")], look: "prompter" },
    { value: "barge", label: [<Barge key="i" />, t("mode.barge")], look: "prompter" },
  ];
}

/** The button goes when it has done its work; the focus goes on to the choice that it made. */
function borrow(): void {
  document.querySelector<HTMLElement>(".controls [role=radio]")?.focus();
  void hear("client");
}

/** What is heard now, and how to stop it; before that, where to begin. */
function EarLine(): VNode {
  if (howlAsked.value !== "") return <HowlLine />;
  if (ear.value === "") {
    return (
      <button type="button" class="button big filled borrow" onClick={borrow}>
        <Sound /> {t("stage.begin")}
      </button>
    );
  }
  const role = ear.value as Role;
  const speaks = role !== "supervisor" && prompt.value !== null && prompt.value.until - 1500 > serverNow();
  const phone = <strong>{personOf(speaks ? "supervisor" : role).name}</strong>;
  const heard = granted(role, "supervisor") ? "stage.prompt_here" : "stage.prompt_not_here";
  const words = speaks ? heard : earState.value === "playing" ? "stage.you_hear" : "stage.ear_opening";
  return (
    <p class="ear-line" role="status">
      <Sound />
      <span>{rich(words, { who: phone })}</span>
      <button type="button" class="button quiet" onClick={() => void stopHearing()}>
        <SoundOff small /> {t("stage.ear_off")}
      </button>
    </p>
  );
}

function HowlLine(): VNode {
  return (
    <p class="ear-line howl" role="alert">
      <Warning />
      <span>{t("stage.howl")}</span>
      <button type="button" class="button" onClick={() => void hearAllTheSame()}>
        {t("stage.howl_headphones")}
      </button>
      <button type="button" class="button quiet" onClick={() => void stopHearing()}>
        <SoundOff small /> {t("stage.ear_off")}
      </button>
    </p>
  );
}

function SayPrompt(): VNode {
  const speaking = prompt.value !== null && second.value >= 0 && prompt.value.until - 1500 > serverNow();
  const off = speaking || !talking.value;
  return (
    <button
      type="button"
      class="button big prompt say"
      aria-disabled={off}
      onClick={() => {
        if (!off) void sayPrompt();
      }}
    >
      {speaking ? <Mask /> : <Play />}
      {t(speaking ? "stage.speaking" : "stage.say_prompt")}
    </button>
  );
}
