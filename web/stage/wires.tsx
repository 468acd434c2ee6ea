import "./wires.css";
import { signal } from "@preact/signals";
import type { RefObject, VNode } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { meterPosition } from "../shared/format";
import type { Role } from "../shared/protocol";
import { t } from "../shared/text";
import { granted, levelOf, mode } from "./state";

/** Where the three cards stand in the panel; the wires are drawn from it, so every width has its own picture. */
interface Spot {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: number;
  y: number;
}
interface Layout {
  width: number;
  height: number;
  client: Spot;
  agent: Spot;
  supervisor: Spot;
}
const layout = signal<Layout | null>(null);

function measure(panel: HTMLElement): void {
  const frame = panel.getBoundingClientRect();
  const spot = (role: Role): Spot | null => {
    const r = panel.querySelector(`[data-role=${role}]`)?.getBoundingClientRect();
    if (!r) return null;
    const [left, right, top, bottom] = [
      r.left - frame.left,
      r.right - frame.left,
      r.top - frame.top,
      r.bottom - frame.top,
    ];
    return { left, right, top, bottom, x: (left + right) / 2, y: (top + bottom) / 2 };
  };
  const [client, agent, supervisor] = [spot("client"), spot("agent"), spot("supervisor")];
  if (client && agent && supervisor) {
    layout.value = { width: frame.width, height: frame.height, client, agent, supervisor };
  }
}

export function Wires({ box }: { box: RefObject<HTMLDivElement | null> }): VNode {
  useLayoutEffect(() => {
    const panel = box.current;
    if (!panel) return;
    const observer = new ResizeObserver(() => measure(panel));
    for (const e of [panel, ...panel.querySelectorAll("[data-role]")]) observer.observe(e);
    return () => observer.disconnect();
  }, [box]);
  const at = layout.value;
  if (!at) return <svg class="wires" aria-hidden="true" />;
  return (
    <svg class="wires" aria-hidden="true" viewBox={`0 0 ${at.width} ${at.height}`}>
      <Talk at={at} />
      {granted("agent", "supervisor") && (
        <Path d={toAgent(at)} speaker="supervisor" head={headUp(at.agent.x, at.agent.bottom + gap)} />
      )}
      {granted("client", "supervisor") && (
        <Path d={toClient(at)} speaker="supervisor" head={headUp(at.client.x, at.client.bottom + gap)} />
      )}
      {mode.value === "whisper" && !granted("client", "supervisor") && <Barrier at={at} />}
    </svg>
  );
}

const gap = 14;

/** A granted wire: brighter while its speaker is heard on it. */
function Path(props: { d: string; head: string; speaker: Role }): VNode {
  const loud = meterPosition(levelOf(props.speaker).dbfs);
  return (
    <g class={`wire ${props.speaker}`} style={{ opacity: 0.5 + loud / 2 }}>
      <path d={props.d} />
      <path d={props.head} />
    </g>
  );
}

function Talk({ at }: { at: Layout }): VNode {
  const [from, to] = [at.client.right + 10, at.agent.left - 10];
  const y = at.client.y;
  return (
    <>
      {to - from > 90 && (
        <text class="wire-word" x={(from + to) / 2} y={y - 26}>
          {t("stage.talk")}
        </text>
      )}
      {granted("agent", "client") && (
        <Path speaker="client" d={`M${from} ${y - 13}H${to}`} head={`M${to - 8} ${y - 20}l8 7-8 7`} />
      )}
      {granted("client", "agent") && (
        <Path speaker="agent" d={`M${to} ${y + 13}H${from}`} head={`M${from + 8} ${y + 6}l-8 7 8 7`} />
      )}
    </>
  );
}

const headUp = (x: number, y: number) => `M${x - 11} ${y + 11}l11-11 11 11`;
/** In a narrow panel the prompter stands below both, and the wires go straight up. */
const narrow = (at: Layout) => at.supervisor.left < at.client.x;

/** The wires leave high at the card, so that what is said has room below them. */
const out = (s: Spot) => s.top + 32;

function toAgent(at: Layout): string {
  const [s, a] = [at.supervisor, at.agent];
  if (narrow(at)) return `M${a.x} ${s.top}V${a.bottom + gap}`;
  return `M${s.right} ${out(s)}C${a.x - 20} ${out(s)} ${a.x} ${out(s) - 30} ${a.x} ${a.bottom + gap}`;
}

function toClient(at: Layout): string {
  const [s, c] = [at.supervisor, at.client];
  if (narrow(at)) return `M${c.x} ${s.top}V${c.bottom + gap}`;
  return `M${s.left} ${out(s)}C${c.x + 20} ${out(s)} ${c.x} ${out(s) - 30} ${c.x} ${c.bottom + gap}`;
}

/** Where the wire to the client would be: dotted, and closed before it gets there. */
function Barrier({ at }: { at: Layout }): VNode {
  const [s, c] = [at.supervisor, at.client];
  const [x, y] = [c.x, c.bottom + (narrow(at) ? 16 : 28)];
  const dots = narrow(at)
    ? `M${x} ${s.top}V${y + 22}`
    : `M${s.left} ${out(s)}C${x + 20} ${out(s)} ${x} ${out(s) - 30} ${x} ${y + 28}`;
  const size = narrow(at) ? 5 : 8;
  return (
    <g class="barrier">
      <path class="dots" d={dots} />
      <path d={`M${x - 22} ${y}h44`} />
      <path d={`M${x - size} ${y + 8}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}`} />
    </g>
  );
}
