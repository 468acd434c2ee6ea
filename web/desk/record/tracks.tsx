import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { duration } from "../../shared/format";
import type { CallRecord, IntervalMode } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Barge, Ear, Handset, Hourglass, Mask, SoundOff } from "../../shared/ui/icons";
import { type Lane, strokes } from "./lanes";
import type { Player } from "./player";

/** The modes and the voices in the same time, under one playhead. A click or the arrow keys move it. */
export function Tracks({ of }: { of: Player }): VNode {
  const { record: r, length } = of;
  return (
    <div class="tracks">
      <span class="label">{t("desk.mode")}</span>
      <Ribbon r={r} length={length} />
      {of.lanes.value.map((lane) => (
        <LaneRow key={lane.key} of={of} lane={lane} />
      ))}
      <Times length={length} />
      <Playhead of={of} />
    </div>
  );
}

function Playhead({ of }: { of: Player }): VNode {
  const { length } = of;
  const at = of.position.value;
  const share = (ms: number) => `${(ms / length) * 100}%`;
  const click = (e: MouseEvent) => {
    const box = (e.currentTarget as HTMLElement).getBoundingClientRect();
    of.seek(((e.clientX - box.left) / box.width) * length);
  };
  const keys = (e: KeyboardEvent) => {
    const to = { PageUp: at + 30_000, PageDown: at - 30_000, Home: 0, End: length }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    of.seek(to);
  };
  return (
    <div
      class="playhead-area"
      role="slider"
      tabIndex={0}
      aria-label={t("desk.playhead")}
      aria-valuemin={0}
      aria-valuemax={Math.round(length / 1000)}
      aria-valuenow={Math.round(at / 1000)}
      aria-valuetext={duration(at)}
      onClick={click}
      onKeyDown={keys}
    >
      {of.record.intervals
        .filter((i) => i.mode === "away")
        .map((i) => (
          <span class="gap" key={i.from_ms} style={{ left: share(i.from_ms), width: share(i.to_ms - i.from_ms) }} />
        ))}
      <span class="playhead" style={{ left: share(Math.min(at, length)) }}>
        <span class="num">{duration(at)}</span>
      </span>
    </div>
  );
}

const shapes = { waiting: Hourglass, talk: Handset, away: SoundOff, listen: Ear, whisper: Mask, barge: Barge };

function wordOf(mode: IntervalMode): string {
  switch (mode) {
    case "waiting":
      return t("desk.interval_waiting");
    case "talk":
      return t("desk.interval_talk");
    case "away":
      return t("desk.interval_away");
    default:
      return t(`mode.${mode}`);
  }
}

function Ribbon({ r, length }: { r: CallRecord; length: number }): VNode {
  return (
    <ol class="ribbon">
      {r.intervals.map((i) => {
        const Shape = shapes[i.mode];
        const share = (i.to_ms - i.from_ms) / length;
        const words = `${wordOf(i.mode)}${i.by ? `, ${i.by}` : ""}, ${duration(i.from_ms)} – ${duration(i.to_ms)}`;
        return (
          <li class={i.mode} key={i.from_ms} style={{ flexGrow: share * 1000 }} title={words}>
            {share > 0.035 && <Shape small />}
            {share > 0.11 ? <span>{wordOf(i.mode)}</span> : <span class="hidden-label">{words}</span>}
          </li>
        );
      })}
    </ol>
  );
}

/** The voice of one party, or of the client's ear, and whether it is heard. */
function LaneRow({ of, lane }: { of: Player; lane: Lane }): VNode {
  const { n, d } = useMemo(() => strokes(lane.peaks, of.length), [lane.peaks]);
  const name = lane.name || t(lane.role === "client" ? "desk.visitor" : "role.agent");
  const playable = of.file.value !== undefined && lane.channel !== null;
  return (
    <>
      <div class={`label ${lane.role}`}>
        <strong>{name}</strong>
        <span>{whatOf(lane)}</span>
        {playable && <Switches of={of} lane={lane} name={name} />}
      </div>
      <svg
        class={`track ${lane.role}${playable && of.gainOf(lane) === 0 ? " unheard" : ""}`}
        viewBox={`0 0 ${n} 50`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={d} />
      </svg>
    </>
  );
}

function whatOf(lane: Lane): string {
  if (lane.key === "heard") return t("desk.heard_by_client");
  if (lane.role === "supervisor") return t("desk.training_only");
  return t(lane.role === "client" ? "role.client" : "role.agent");
}

function Switches({ of, lane, name }: { of: Player; lane: Lane; name: string }): VNode {
  return (
    <span class="switches">
      <button
        type="button"
        aria-pressed={of.muted.value.has(lane.key)}
        aria-label={t("desk.mute_voice", { name })}
        title={t("desk.mute_voice", { name })}
        onClick={() => of.toggleMute(lane.key)}
      >
        <SoundOff small />
      </button>
      <button
        type="button"
        aria-pressed={of.solo.value.has(lane.key)}
        aria-label={t("desk.solo_voice", { name })}
        title={t("desk.solo_voice", { name })}
        onClick={() => of.toggleSolo(lane.key)}
      >
        {t("desk.solo")}
      </button>
    </span>
  );
}

function Times({ length }: { length: number }): VNode {
  return (
    <span class="times num" aria-hidden="true">
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <i key={share}>{duration(share * length)}</i>
      ))}
    </span>
  );
}
