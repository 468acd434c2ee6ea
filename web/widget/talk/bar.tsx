import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { since } from "../../shared/clock";
import { duration } from "../../shared/format";
import { unlocked } from "../../shared/sound/output";
import { type Key, t } from "../../shared/text";
import { Handset, Warning } from "../../shared/ui/icons";
import { show, takeFocus } from "../panel";
import { Leave, Mute } from "./controls";
import { here } from "./here";
import type { Scene } from "./talk";

/** What stays of a talk when the panel is closed: how it stands, mute, and the way out. */
export function TalkBar(): VNode {
  const open = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (takeFocus()) open.current?.focus();
  }, []);
  return (
    <section class="talk-bar" aria-label={t("widget.talk")}>
      <button type="button" class="open" ref={open} onClick={show}>
        {here.scene.value === "fault" ? <Warning /> : <Handset />}
        <span class="num">{words()}</span>
      </button>
      <Mute short />
      <Leave short words="widget.hang_up" />
    </section>
  );
}

const short: Record<Exclude<Scene, "talking">, Key> = {
  idle: "widget.connecting",
  asking: "widget.short_asking",
  joining: "widget.connecting",
  waiting: "widget.short_waiting",
  agent_found: "widget.short_found",
  away: "widget.talk_away",
  returning: "widget.talk_returning",
  ended: "widget.short_ended",
  fault: "widget.short_fault",
};

function words(): string {
  const [scene, talk, sound] = [here.scene.value, here.talk.value, here.sound.value];
  if (sound && !unlocked.value) return t("widget.sound_on");
  if (sound?.speaksMuted.value) return t("widget.you_are_muted");
  return scene === "talking" ? duration(since(talk?.talked_at ?? "")) : t(short[scene]);
}
