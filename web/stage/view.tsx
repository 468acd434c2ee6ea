import type { VNode } from "preact";
import { link } from "../shared/link";
import { rich, t } from "../shared/text";
import { Brand, Languages, LinkLine, Notice, Timer } from "../shared/ui/parts";
import { catalogue } from "./catalogue";
import { Company } from "./company";
import { Controls } from "./controls";
import { Openers } from "./openers";
import { Panel } from "./panel";
import { Proof } from "./proof";
import { call, stage, trouble } from "./state";

export function StagePage(): VNode {
  return (
    <>
      <LinkLine />
      <header class="top">
        <Brand href="/" />
        <span class="chip">{t("stage.demo")}</span>
        <span class="space" />
        <Running />
        <Languages catalogue={catalogue} />
      </header>
      <main>
        <h1>{t("stage.claim")}</h1>
        <p class="lead">{t("stage.lead")}</p>
        {trouble.value && <Notice title={trouble.value.title || t("stage.no_server")} detail={trouble.value.detail} />}
        <div class="house">
          <section class="play" aria-label={t("stage.the_call")}>
            <Panel />
            <Controls />
          </section>
          <Proof />
        </div>
        <Openers />
        <Company />
      </main>
      <Small />
    </>
  );
}

function Running(): VNode | null {
  if (link.value.state !== "up") return null;
  const c = call.value;
  if (c?.state !== "talking" || !c.talked_at) return <span class="running">{t("stage.rings")}</span>;
  return (
    <span class="running">
      {rich("stage.runs", {
        time: (
          <strong>
            <Timer from={c.talked_at} />
          </strong>
        ),
      })}
    </span>
  );
}

function Small(): VNode {
  return (
    <footer class="fine-print">
      <span>{t("stage.needs_nothing")}</span>
      <span>{t("stage.thrown_away")}</span>
      <span>{t("stage.limits")}</span>
      {stage.value?.voice === "machine" && <span>{t("stage.machine_voice")}</span>}
    </footer>
  );
}
