import "./drawings.css";
import type { VNode } from "preact";
import type { ArticleID } from "./articles";

/** The six lamps, drawn for this shop. The light is a gradient; each drawing stands on the same floor. */
const lamps: Record<ArticleID, () => VNode> = {
  desk: () => (
    <>
      <path class="beam" d="M92 74 50 176h118l-44-90Z" />
      <path class="metal" d="M118 190h52a7 7 0 0 0-7-7h-38a7 7 0 0 0-7 7Z" />
      <path class="rod" d="M144 183 166 120 128 72" />
      <circle class="metal" cx="166" cy="120" r="5" />
      <path class="shade" d="M82 78c2-20 16-32 34-31 10 1 17 6 21 14l-8 28c-14 6-34 2-47-11Z" />
      <path class="glow" d="M82 78c12 12 32 17 47 11l-2 5c-14 5-34 0-46-11Z" />
    </>
  ),
  read: () => (
    <>
      <path class="beam" d="M66 62 38 176h96L104 62Z" />
      <path class="metal" d="M128 190h58a6 6 0 0 0-6-6h-46a6 6 0 0 0-6 6Z" />
      <path class="rod" d="M157 184V40a18 18 0 0 0-18-18h-36a18 18 0 0 0-18 16" />
      <path class="shade" d="M70 34h30l10 28H60Z" />
      <path class="glow" d="M60 62h50l1 4H59Z" />
    </>
  ),
  globe: () => (
    <>
      <circle class="halo" cx="120" cy="112" r="84" />
      <path class="rod" d="M120 8v52" />
      <circle class="glass" cx="120" cy="114" r="46" />
      <path class="metal" d="M106 56h28v16h-28Z" />
      <circle class="glow" cx="120" cy="110" r="15" />
    </>
  ),
  wall: () => (
    <>
      <path class="beam" d="M96 70 64 10h112l-32 60Z" />
      <path class="beam" d="M96 126l-34 58h116l-34-58Z" />
      <path class="metal" d="M112 88h16v20h-16Z" />
      <path class="shade" d="M94 68h52v60H94Z" />
      <path class="glow" d="M94 64h52v4H94ZM94 128h52v4H94Z" />
    </>
  ),
  lantern: () => (
    <>
      <circle class="halo" cx="120" cy="126" r="76" />
      <path class="rod thin" d="M92 74a28 34 0 0 1 56 0" />
      <path class="metal" d="M90 74h60l-6-12H96ZM88 180h64v10H88Z" />
      <path class="glass" d="M92 76h56v102H92Z" />
      <path class="glow" d="M120 112c11 14 15 22 15 31a15 15 0 0 1-30 0c0-9 4-17 15-31Z" />
      <path class="rod thin" d="M104 76v102M136 76v102" />
    </>
  ),
  bulb: () => (
    <>
      <circle class="halo" cx="120" cy="92" r="78" />
      <path class="glass" d="M120 36a50 50 0 0 0-29 91c7 5 10 11 11 19h36c1-8 4-14 11-19a50 50 0 0 0-29-91Z" />
      <path class="wire" d="M108 146v-28l-9-18 11 7 10-9 10 9 11-7-9 18v28" />
      <path class="metal" d="M103 150h34v9h-34ZM105 163h30v8h-30ZM108 175h24l-6 9h-12Z" />
    </>
  ),
};

export function Lamp({ id }: { id: ArticleID }): VNode {
  return (
    <svg class="lamp" viewBox="0 0 240 200" aria-hidden="true">
      {lamps[id]()}
    </svg>
  );
}
