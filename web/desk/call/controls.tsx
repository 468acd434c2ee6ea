import { signal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { choose, chosen, type Device, devices } from "../../shared/sound/devices";
import { canChooseOutput } from "../../shared/sound/output";
import { type KeyName, keys } from "../../shared/sound/tones";
import { t } from "../../shared/text";
import { Keypad, Microphone, MicrophoneOff, Sliders } from "../../shared/ui/icons";
import { Meter } from "../../shared/ui/parts";
import { Popover } from "../popover";
import { openCheck } from "../sound/check";
import type { Talk } from "../sound/sound";

/** What one does with the sound of a call: mute, own level, keys, devices. Who only listens has nothing to mute, and no keys in any mode. */
export function Controls({ of }: { of: Talk }): VNode {
  const speaks = !of.quiet || of.conversation.voice.value !== null;
  return (
    <div class="controls">
      {speaks && <OwnLevel of={of} />}
      {speaks ? <Mute of={of} /> : <span class="closed-microphone">{t("desk.microphone_closed")}</span>}
      {!of.quiet && <Keys of={of} />}
      <Devices of={of} />
    </div>
  );
}

export function OwnLevel({ of, tall = false }: { of: Talk; tall?: boolean }): VNode {
  return (
    <span class={`own-level${of.conversation.muted.value ? " muted" : ""}`}>
      <Meter
        dbfs={Math.max(-60, of.conversation.level.value)}
        prompter={of.quiet}
        tall={tall}
        label={t("desk.own_level")}
      />
    </span>
  );
}

/** Mute stands for what is true now; pressed means that nobody hears. */
export function Mute({ of }: { of: Talk }): VNode {
  const c = of.conversation;
  return (
    <button
      type="button"
      class={`button big mute${c.speaksMuted.value ? " spoken" : ""}`}
      aria-pressed={c.muted.value}
      onClick={() => c.mute(!c.muted.peek())}
    >
      {c.muted.value ? <MicrophoneOff /> : <Microphone />}
      <span>{t(c.muted.value ? "desk.muted" : "desk.mute")}</span> <kbd>M</kbd>
    </button>
  );
}

const open = signal<"" | "keys" | "devices">("");

function Folded(props: { name: "keys" | "devices"; label: string; icon: VNode; children: ComponentChildren }): VNode {
  const control = useRef<HTMLButtonElement>(null);
  const shown = open.value === props.name;
  useEffect(
    () => () => {
      open.value = "";
    },
    [],
  );
  return (
    <>
      <button
        type="button"
        class="button square big"
        ref={control}
        aria-haspopup="dialog"
        aria-expanded={shown}
        aria-label={props.label}
        title={props.label}
        onClick={() => (open.value = shown ? "" : props.name)}
      >
        {props.icon}
      </button>
      {shown && (
        <Popover anchor={control} close={() => (open.value = "")} label={props.label} role="dialog">
          {props.children}
        </Popover>
      )}
    </>
  );
}

const pressed = signal("");

function Keys({ of }: { of: Talk }): VNode {
  return (
    <Folded name="keys" label={t("desk.keypad")} icon={<Keypad />}>
      <Pad of={of} />
    </Folded>
  );
}

/** The keys of the page's keyboard do the same. */
function Pad({ of }: { of: Talk }): VNode {
  const press = (key: KeyName) => {
    if (of.conversation.press(key)) pressed.value = (pressed.value + key).slice(-24);
  };
  // Before the pad is painted: whoever sees it may type.
  useLayoutEffect(() => {
    pressed.value = "";
    const typed = (e: KeyboardEvent) => {
      const key = keys.find((k) => k === e.key);
      if (key && !e.ctrlKey && !e.metaKey && !e.altKey) press(key);
    };
    addEventListener("keydown", typed);
    return () => removeEventListener("keydown", typed);
  }, []);
  return (
    <div class="pad">
      <output aria-label={t("desk.keys_pressed")} class="num">
        {pressed.value || "\u00a0"}
      </output>
      {keys.map((k) => (
        <button type="button" class="button big" key={k} onClick={() => press(k)}>
          {k}
        </button>
      ))}
    </div>
  );
}

export function Devices({ of }: { of: Talk }): VNode {
  const speakAnew = () => {
    if (of.conversation.voice.peek()?.kind === "microphone") void of.conversation.speak();
  };
  return (
    <Folded name="devices" label={t("desk.devices")} icon={<Sliders />}>
      <div class="device-box">
        <DeviceChoice
          word={t("desk.microphone")}
          all={devices.value.microphones}
          value={chosen.value.microphone}
          choose={(id) => {
            choose({ microphone: id });
            speakAnew();
          }}
        />
        <SpeakerChoice />
        <button
          type="button"
          class="button wide"
          onClick={() => {
            open.value = "";
            openCheck();
          }}
        >
          {t("desk.check_sound")}
        </button>
      </div>
    </Folded>
  );
}

export function SpeakerChoice(): VNode | null {
  if (!canChooseOutput) return null;
  return (
    <DeviceChoice
      word={t("desk.speaker")}
      all={devices.value.speakers}
      value={chosen.value.speaker}
      choose={(id) => choose({ speaker: id })}
    />
  );
}

/** The system's own choice stands first; what was chosen and is not there is left to it. */
export function DeviceChoice(props: {
  word: string;
  all: readonly Device[];
  value: string;
  first?: string;
  choose(id: string): void;
}): VNode {
  return (
    <label class="device">
      <span>{props.word}</span>
      <select value={props.value} onChange={(e) => props.choose(e.currentTarget.value)}>
        <option value="">{props.first ?? t("desk.system_choice")}</option>
        {props.all.map((d, i) => (
          <option key={d.id} value={d.id}>
            {d.label || `${props.word} ${i + 1}`}
          </option>
        ))}
      </select>
    </label>
  );
}
