import "./proof.css";
import type { VNode } from "preact";
import { count, meterPosition, withUnit } from "../shared/format";
import type { Role } from "../shared/protocol";
import { t } from "../shared/text";
import { Mask, Warning } from "../shared/ui/icons";
import { framesOf, granted, guard, levelOf, personOf, pieces, ribbon, roles } from "./state";

/** The numbers: who hears whom, what left for the client, and what was in it. */
export function Proof(): VNode {
  return (
    <section class="proof" aria-labelledby="who-hears">
      <header>
        <h2 id="who-hears">{t("matrix.title")}</h2>
        <span>{t("stage.frames_of")}</span>
      </header>
      <Matrix />
      <Counts />
      <Ribbon />
      <p class="selftest">
        <code>$ sufler selftest</code>
        <span>{t("stage.selftest")}</span>
      </p>
    </section>
  );
}

function Matrix(): VNode {
  return (
    <table class="matrix">
      <thead>
        <tr>
          <td class="self" />
          {roles.map((speaker) => (
            <th scope="col" key={speaker} class={speaker === "supervisor" ? "prompter" : ""}>
              <span class="who">{personOf(speaker).name}</span> {t("matrix.speaks")}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {roles.map((listener) => (
          <tr key={listener}>
            <th scope="row">
              <span class="who">{personOf(listener).name}</span> {t("matrix.hears")}
            </th>
            {roles.map((speaker) => (
              <Cell key={speaker} listener={listener} speaker={speaker} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ listener, speaker }: { listener: Role; speaker: Role }): VNode {
  if (listener === speaker) return <td class="self">–</td>;
  const open = granted(listener, speaker);
  const promise = listener === "client" && speaker === "supervisor";
  if (promise && guard.value.stopped > 0) {
    return (
      <td class="promise fault">
        <strong>
          <Warning small />
        </strong>
        {t("matrix.blocked", { n: count(guard.value.stopped) })}
      </td>
    );
  }
  // After Barge in the promise reads 0 again: what was let in is counted on a line of its own.
  const frames = framesOf(listener, speaker) - (promise && !open ? guard.value.granted : 0);
  const look = [open ? (speaker === "supervisor" ? "violet" : "granted") : "", promise ? "promise" : ""].join(" ");
  return (
    <td class={look}>
      <strong>{count(Math.max(0, frames))}</strong>
      {open ? withUnit(Math.max(-60, levelOf(speaker).dbfs)) : t("matrix.silence")}
    </td>
  );
}

/**
 * What left for the client. Frames in which the prompter was let in (barge) are kept apart from
 * those in which he was not: the first are counted by the guard, the rest of the mixer's cell must be none.
 */
function Counts(): VNode {
  const { outside, granted: inBarge } = guard.value;
  const inClient = framesOf("client", "supervisor");
  return (
    <>
      <dl class="counts">
        <div>
          <dt>{t("stage.frames_to_client")}</dt>
          <dd class="num">{count(outside)}</dd>
        </div>
        <div>
          <dt>{t("stage.with_prompter")}</dt>
          <dd class="num">{count(Math.max(0, inClient - inBarge))}</dd>
        </div>
        <div class={`in-barge${inBarge > 0 ? " some" : ""}`}>
          <dt>
            <Mask small /> {t("stage.in_barge")}
          </dt>
          <dd class="num">{count(inBarge)}</dd>
        </div>
      </dl>
      <p class="why">{t("stage.counted_where")}</p>
    </>
  );
}

const width = 288;
const step = width / pieces;

/** The last ten seconds at the client's line: the operator's voice, and the prompter's, which stays flat. */
function Ribbon(): VNode {
  const now = ribbon.value;
  const first = pieces - now.length;
  const bars = (level: (i: number) => number) =>
    now
      .map((_, i) => {
        const h = Math.max(0.75, meterPosition(level(i)) * 13);
        return `M${((first + i + 0.5) * step).toFixed(1)} ${(14 - h).toFixed(1)}v${(2 * h).toFixed(1)}`;
      })
      .join("");
  return (
    <figure class="ribbon">
      <figcaption>{t("stage.in_ear")}</figcaption>
      <span class="who">{personOf("agent").name}</span>
      <svg viewBox={`0 0 ${width} 28`} preserveAspectRatio="none" aria-hidden="true">
        <path class="agent" d={bars((i) => now[i]?.agent ?? -90)} />
      </svg>
      <span class="who prompter">{personOf("supervisor").name}</span>
      <svg viewBox={`0 0 ${width} 28`} preserveAspectRatio="none" aria-hidden="true">
        <path
          class="speaks"
          d={now
            .map((p, i) =>
              p.prompterSpeaks
                ? `M${((first + i) * step).toFixed(1)} 3h${step.toFixed(2)}v22h-${step.toFixed(2)}z`
                : "",
            )
            .join("")}
        />
        <path class="floor" d={`M0 14H${width}`} />
        <path class="prompter" d={bars((i) => now[i]?.prompter ?? -90)} />
      </svg>
      <span class="legend">
        <i /> {t(now.some((p) => p.prompter > -60) ? "stage.legend_barge" : "stage.legend")}
      </span>
    </figure>
  );
}
