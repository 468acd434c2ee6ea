import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { since } from "../clock";
import { duration, meterPosition, minutes, withUnit } from "../format";
import { link } from "../link";
import { type Catalogue, choose, isLanguage, language, languageNames, languages, t } from "../text";
import { Down, Globe, Hourglass, Logo, Warning } from "./icons";

/**
 * The running time since a moment of the server. The seconds are for the eye: to a screen reader a time that changes each
 * second is noise, so it has whole minutes. A silent one has not even those, where what is around is read out by itself.
 */
export function Timer({ from, silent = false }: { from: string; silent?: boolean }): VNode {
  const ms = since(from);
  return (
    <span class="timer-of">
      <span class="num" aria-hidden="true">
        {duration(ms)}
      </span>
      {!silent && <span class="hidden-label">{minutes(ms)}</span>}
    </span>
  );
}

export interface Choice<T extends string> {
  value: T;
  label: ComponentChildren;
  /** An extra class of the chosen segment: "prompter" or "alarm". */
  look?: string;
}

/** A choice that acts at once. Arrow keys move it, as in every radio group. */
export function Segmented<T extends string>(props: {
  label: string;
  choices: readonly Choice<T>[];
  value: T | "";
  /** Asked for, but not true yet. */
  next?: T | "";
  choose(value: T): void;
}): VNode {
  const box = useRef<HTMLDivElement>(null);
  const at = props.choices.findIndex((c) => c.value === props.value);
  const move = (e: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const n = props.choices.length;
    const to = (Math.max(0, at) + step + n) % n;
    const choice = props.choices[to];
    if (choice) props.choose(choice.value);
    box.current?.querySelectorAll<HTMLButtonElement>("[role=radio]")[to]?.focus();
  };
  return (
    <div
      class="segments"
      role="radiogroup"
      tabIndex={-1}
      aria-label={props.label}
      aria-busy={props.next ? "true" : "false"}
      ref={box}
      onKeyDown={move}
    >
      {props.choices.map((c, i) => (
        // biome-ignore lint/a11y/useSemanticElements: a radio input cannot hold an icon and act at once
        <button
          type="button"
          role="radio"
          key={c.value}
          aria-checked={c.value === props.value}
          tabIndex={i === Math.max(0, at) ? 0 : -1}
          class={`segment${c.look ? ` ${c.look}` : ""}${props.next === c.value ? " next" : ""}`}
          onClick={() => props.choose(c.value)}
        >
          {c.label}
        </button>
      ))}
    </div>
  );
}

/** A level between −60 and 0 dBFS. The number beside it is the caller's. */
export function Meter(props: {
  dbfs: number;
  peak?: number;
  prompter?: boolean;
  tall?: boolean;
  label: string;
}): VNode {
  const before = useRef(props.dbfs);
  const rising = props.dbfs > before.current;
  useEffect(() => {
    before.current = props.dbfs;
  });
  const at = meterPosition(props.dbfs);
  return (
    <span
      class={`meter${props.prompter ? " prompter" : ""}${props.tall ? " tall" : ""}`}
      role="img"
      aria-label={`${props.label}: ${withUnit(props.dbfs)}`}
    >
      <span class="meter-bed">
        <span class={`meter-fill${rising ? " rising" : ""}`} style={{ transform: `scaleX(${at})` }} />
      </span>
      {props.peak !== undefined && props.peak > -60 && (
        <span class="meter-peak" style={{ transform: `translateX(${meterPosition(props.peak) * 100}%)` }} />
      )}
    </span>
  );
}

/** Amber after 2 s without the server, red after 30. */
export function LinkLine(): VNode | null {
  const { state, lostMs } = link.value;
  if (state === "up") return null;
  return (
    <div class={`link-line ${state}`} role="status">
      {state === "short" ? <Hourglass small /> : <Warning small />}
      {state === "short" ? t("connection.short") : t("connection.long", { time: duration(lostMs) })}
    </div>
  );
}

export function Brand({ href }: { href: string }): VNode {
  return (
    <a class="brand" href={href}>
      <Logo />
      <span>Sufler</span>
    </a>
  );
}

export function Languages({ catalogue }: { catalogue: Catalogue }): VNode {
  return (
    <label class="languages">
      <Globe small />
      <span class="hidden-label">{t("common.choose_language")}</span>
      <select
        value={language.value}
        onChange={(e) => {
          const next = e.currentTarget.value;
          if (isLanguage(next)) void choose(next, catalogue);
        }}
      >
        {languages.map((l) => (
          <option key={l} value={l} lang={l}>
            {languageNames[l]}
          </option>
        ))}
      </select>
      <Down small />
    </label>
  );
}

/** A refusal or trouble, in words, with one thing to do. */
export function Notice(props: { title: string; detail?: string; calm?: boolean; children?: ComponentChildren }): VNode {
  return (
    <div class={`notice${props.calm ? " calm" : ""}`} role="alert">
      <Warning />
      <div>
        <strong>{props.title}</strong>
        {props.detail && <span>{props.detail}</span>}
      </div>
      {props.children}
    </div>
  );
}

export function RecordMark(): VNode {
  return (
    <span class="chip">
      <span class="dot" />
      {t("common.recorded")}
    </span>
  );
}
