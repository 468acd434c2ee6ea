import "./panel.css";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { ear } from "../shared/ear/ear";
import { meterPosition, withUnit } from "../shared/format";
import type { Role } from "../shared/protocol";
import { rich, t } from "../shared/text";
import { Ear, Handset, Headset, Mask } from "../shared/ui/icons";
import { Meter } from "../shared/ui/parts";
import { granted, levelOf, lineOf, mode, personOf, prompt, roles } from "./state";
import { Wires } from "./wires";

/** The play itself: three people, their lamps, and a wire for every grant. House lights are down in both themes. */
export function Panel(): VNode {
  const box = useRef<HTMLDivElement>(null);
  return (
    <div class={`panel mode-${mode.value || "none"}`} ref={box}>
      <Wires box={box} />
      {roles.map((role) => (
        <Lamp role={role} key={role} />
      ))}
      <Said />
      <p class="silence-note">
        <strong>{t(mode.value === "barge" ? "stage.wire_open" : "stage.no_wire")}</strong>
        <span>{t(mode.value === "barge" ? "stage.wire_open_why" : "stage.no_wire_why")}</span>
      </p>
    </div>
  );
}

const lampIcons = { client: Handset, agent: Headset, supervisor: Mask };

function Lamp({ role }: { role: Role }): VNode {
  const Picture = lampIcons[role];
  const { dbfs, peak } = levelOf(role);
  const person = personOf(role);
  const here = ear.value === role;
  return (
    <article
      class={`lamp ${role}${here ? " here" : ""}`}
      data-role={role}
      style={{ "--level": meterPosition(Math.max(dbfs, -60)) }}
    >
      {here && (
        <span class="ear-tab">
          <Ear small /> {t("stage.ear_here")}
        </span>
      )}
      <span class="bulb">
        <Picture />
      </span>
      <div class="name">
        <h2>{person.name}</h2>
        <p>{lineOf(role)}</p>
      </div>
      <div class="level">
        <Meter dbfs={dbfs} peak={peak} prompter={role === "supervisor"} label={person.name} />
        <span class="num">{withUnit(Math.max(-60, dbfs))}</span>
      </div>
      <p class="hears">
        <Ear small />
        <span>{rich("stage.hears", { who: hearsWhom(role) })}</span>
      </p>
    </article>
  );
}

/** "Anna, Viktor" with the prompter in violet, or "nobody". */
function hearsWhom(listener: Role): (VNode | string)[] {
  const heard = roles.filter((speaker) => speaker !== listener && granted(listener, speaker));
  if (heard.length === 0) return [t("stage.nobody")];
  return heard.flatMap((speaker, i) => [
    i > 0 ? ", " : "",
    <strong key={speaker} class={speaker}>
      {personOf(speaker).name}
    </strong>,
  ]);
}

const whoHears = {
  listen: "stage.heard_by_nobody",
  whisper: "stage.heard_by_agent",
  barge: "stage.heard_by_all",
} as const;

/** What the prompter says, and who hears it. */
function Said(): VNode {
  const said = prompt.value;
  return (
    <div class="said" aria-live="polite">
      {said && mode.value !== "" && (
        <p>
          <q>{said.text}</q>
          <span>{t(whoHears[mode.value], { agent: personOf("agent").name })}</span>
        </p>
      )}
    </div>
  );
}
