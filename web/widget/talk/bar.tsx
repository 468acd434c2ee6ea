import type { VNode } from "preact";
import { since } from "../../shared/clock";
import { duration } from "../../shared/format";
import { unlocked } from "../../shared/sound/output";
import { type Key, t } from "../../shared/text";
import { Handset, Warning } from "../../shared/ui/icons-plain";
import { show, takeFocus } from "../panel";
import { Leave, Mute } from "./controls";
import { here } from "./here";
import type { Scene } from "./talk";

const comeIn = (button: HTMLButtonElement | null) => {
  if (button && takeFocus()) button.focus();
};

/** What stays of a talk when the panel is closed: how it stands, mute, and the way out. */
export function TalkBar(): VNode {
  return (
    <section class="talk-bar" aria-label={t("widget.talk")}>
      <button type="button" class="open" ref={comeIn} onClick={() => show()}>
        {here.scene.value === "fault" ? <Warning /> : <Handset />}
        <span class="num">{words()}</span>
      </button>
      <Mute short />
      <Leave short words="widget_talk.hang_up" />
    </section>
  );
}

const short: Record<Exclude<Scene, "talking">, Key> = {
  idle: "widget.connecting",
  asking: "widget_talk.short_asking",
  joining: "widget.connecting",
  waiting: "widget_sound.short_waiting",
  agent_found: "widget_sound.short_found",
  away: "widget_talk.away",
  returning: "widget_talk.returning",
  ended: "widget_talk.short_ended",
  fault: "widget_talk.short_fault",
};

function words(): string {
  const [scene, talk, sound] = [here.scene.value, here.talk.value, here.sound.value];
  if (sound && !unlocked.value) return t("widget_talk.sound_on");
  if (sound?.speaksMuted.value) return t("widget_talk.you_are_muted");
  return scene === "talking" ? duration(since(talk?.talked_at ?? "")) : t(short[scene]);
}
