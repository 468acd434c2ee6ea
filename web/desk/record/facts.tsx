import type { VNode } from "preact";
import { count, duration } from "../../shared/format";
import type { CallRecord, Role } from "../../shared/protocol";
import { t, tMaybe } from "../../shared/text";
import { Shield } from "../../shared/ui/icons";
import { MatrixWords } from "../supervise/matrix";
import { heardIn, intervalAt } from "./lanes";
import type { Player } from "./player";

/** What the guard counted at the client's line. */
export function Proof({ r }: { r: CallRecord }): VNode {
  return (
    <section class="panel-box proof-box">
      <h2>
        <Shield /> {t("desk.proof")}
      </h2>
      <dl class="facts split">
        <dt>{t("desk.frames_to_client")}</dt>
        <dd class="num">{count(r.guard.outside)}</dd>
        <dt>{t("desk.proof_barge")}</dt>
        <dd class={`num${r.guard.granted > 0 ? " prompter" : ""}`}>{count(r.guard.granted)}</dd>
        <dt>{t("desk.proof_stopped")}</dt>
        <dd class={`num${r.guard.stopped > 0 ? " trouble" : ""}`}>{count(r.guard.stopped)}</dd>
      </dl>
      <p>{t("desk.proof_what")}</p>
    </section>
  );
}

/** Who heard whom at the playhead. */
export function HeardAt({ of }: { of: Player }): VNode {
  const r = of.record;
  const mode = intervalAt(r, of.position.value)?.mode ?? "waiting";
  const nameOf = (role: Role, otherwise: string) =>
    r.tracks.find((x) => x.role === role)?.name.split(" ")[0] || otherwise;
  return (
    <section class="panel-box">
      <h2>{t("desk.heard_at", { time: duration(of.position.value) })}</h2>
      <MatrixWords
        names={{
          client: t("role.client"),
          agent: nameOf("agent", t("role.agent")),
          supervisor: nameOf("supervisor", t("role.prompter")),
        }}
        hears={(l, s) => heardIn(mode, l, s)}
      />
    </section>
  );
}

/** What the call was. */
export function Facts({ r }: { r: CallRecord }): VNode {
  return (
    <section class="panel-box">
      <h2>{t("desk.facts")}</h2>
      <dl class="facts">
        <dt>{t("desk.waited")}</dt>
        <dd class="num">{duration(r.waited_ms)}</dd>
        <dt>{t("desk.talked")}</dt>
        <dd class="num">{duration(r.row.talked_ms)}</dd>
        <dt>{t("desk.queue")}</dt>
        <dd>{r.row.queue}</dd>
        <dt>{t("role.agent")}</dt>
        <dd>{r.row.operator || "–"}</dd>
        <dt>{t("desk.result")}</dt>
        <dd>{tMaybe(`cause.${r.row.cause}`, r.row.cause)}</dd>
      </dl>
    </section>
  );
}
