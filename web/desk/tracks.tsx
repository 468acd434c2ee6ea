import type { VNode } from "preact";
import { duration } from "../shared/format";
import type { CallRecord, IntervalMode } from "../shared/protocol";
import { t } from "../shared/text";
import { Barge, Ear, Handset, Hourglass, Mask, SoundOff } from "../shared/ui/icons";
import { position, seek } from "./player";

/** A peak is the loudest of 100 ms. */
const peakMs = 100;

export function lengthOf(r: CallRecord): number {
  const intervals = r.intervals.at(-1)?.to_ms ?? 0;
  const tracks = Math.max(0, ...r.tracks.map((x) => x.peaks.length * peakMs));
  return Math.max(1, intervals, tracks);
}

/** The modes and the voices in the same time. A click or the arrow keys move the playhead. */
export function Tracks({ r }: { r: CallRecord }): VNode {
  const length = lengthOf(r);
  const at = Math.min(1, position.value / length);
  const click = (e: MouseEvent) => {
    const box = (e.currentTarget as HTMLElement).getBoundingClientRect();
    seek(((e.clientX - box.left) / box.width) * length);
  };
  const keys = (e: KeyboardEvent) => {
    const step = { ArrowRight: 5000, ArrowLeft: -5000, PageUp: 30_000, PageDown: -30_000, Home: -length, End: length }[
      e.key
    ];
    if (step === undefined) return;
    e.preventDefault();
    seek(Math.min(length, position.value + step));
  };
  return (
    <div class="tracks">
      <span class="label">{t("desk.mode")}</span>
      <Ribbon r={r} length={length} />
      {r.tracks.map((track) => (
        <Track key={track.party} track={track} length={length} />
      ))}
      <Times length={length} />
      <div
        class="playhead-area"
        role="slider"
        tabIndex={0}
        aria-label={t("desk.playhead")}
        aria-valuemin={0}
        aria-valuemax={Math.round(length / 1000)}
        aria-valuenow={Math.round(position.value / 1000)}
        aria-valuetext={duration(position.value)}
        onClick={click}
        onKeyDown={keys}
      >
        <span class="playhead" style={{ left: `${at * 100}%` }}>
          <span class="num">{duration(position.value)}</span>
        </span>
      </div>
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

const drawn = 400;

/** The voice of one party: at most 400 strokes, each the loudest peak of its piece. */
function Track({ track, length }: { track: CallRecord["tracks"][number]; length: number }): VNode {
  const n = Math.min(drawn, Math.ceil(length / peakMs));
  const per = length / peakMs / n;
  let d = "";
  for (let i = 0; i < n; i++) {
    const piece = track.peaks.slice(Math.floor(i * per), Math.max(Math.floor(i * per) + 1, Math.floor((i + 1) * per)));
    const h = Math.max(0.6, Math.sqrt(Math.max(0, ...piece) / 255) * 23);
    d += `M${(i + 0.5).toFixed(1)} ${(25 - h).toFixed(1)}v${(2 * h).toFixed(1)}`;
  }
  return (
    <>
      <span class={`label ${track.role}`}>
        <strong>{track.name || t("desk.visitor")}</strong>
        <span>
          {t(
            track.role === "supervisor" ? "desk.training_only" : track.role === "client" ? "role.client" : "role.agent",
          )}
        </span>
      </span>
      <svg class={`track ${track.role}`} viewBox={`0 0 ${n} 50`} preserveAspectRatio="none" aria-hidden="true">
        <path d={d} />
      </svg>
    </>
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
