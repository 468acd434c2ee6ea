import type { VNode } from "preact";
import { since } from "../../shared/clock";
import { duration } from "../../shared/format";
import type { Talk } from "../../shared/protocol";
import { unlocked } from "../../shared/sound/output";
import { type Key, t } from "../../shared/text";
import { Handset, Headset, Hourglass, Warning } from "../../shared/ui/icons-plain";
import { Microphone } from "../../shared/ui/icons-sound";
import { Body } from "../body";
import { ChatUnder } from "../chat/strip";
import { Place } from "../place";
import { Leave, Mute, Note, OwnLevel, SoundOn } from "./controls";
import { Ended, Stopped } from "./ended";
import { here } from "./here";

/** The talk in the panel, scene by scene. */
export function TalkPage(): VNode {
  const [scene, talk, fault] = [here.scene.value, here.talk.value, here.fault.value];
  if (scene === "asking")
    return <Preparing icon={Microphone} title="widget_talk.mic_asked" what="widget_talk.mic_asked_what" />;
  if (scene === "fault" && fault) return <Stopped fault={fault} />;
  if (!talk || scene === "idle" || scene === "joining") {
    return <Preparing icon={Hourglass} title="widget.connecting" what="widget_talk.joining" />;
  }
  if (scene === "ended") return <Ended talk={talk} />;
  return (
    <>
      <Running talk={talk} />
      <ChatUnder />
    </>
  );
}

function Preparing(props: { icon: typeof Headset; title: Key; what: Key }): VNode {
  const Picture = props.icon;
  return (
    <Body>
      <div role="status">
        <h3 class="big">
          <Picture /> {t(props.title)}
        </h3>
        <p>{t(props.what)}</p>
      </div>
      <span class="push" />
      <Leave words="widget.cancel" />
    </Body>
  );
}

/** On the line, whether somebody talks or music plays. */
function Running({ talk }: { talk: Talk }): VNode {
  const met = talk.talked_at !== null;
  return (
    <Body>
      <div role="status">
        <Headline talk={talk} />
      </div>
      <span class="push" />
      <Note />
      {!unlocked.value && <SoundOn />}
      <OwnLevel />
      <div class="controls">
        <Mute />
        <Leave words={met ? "widget_talk.hang_up" : "widget_talk.leave"} />
      </div>
    </Body>
  );
}

/** What matters most now. */
function Headline({ talk }: { talk: Talk }): VNode {
  switch (here.scene.value) {
    case "talking":
      return <Talking talk={talk} />;
    case "agent_found":
      return <Said icon={Headset} title="widget_sound.found" what="widget_talk.found_what" />;
    case "away":
      return <Said icon={Hourglass} title="widget_talk.away" what="widget_talk.away_what" />;
    case "returning":
      return <Said icon={Warning} title="widget_talk.returning" what="widget_talk.returning_what" />;
    default:
      return (
        <>
          {talk.cut_off && <p class="box">{t("widget_talk.cut_off")}</p>}
          <Place place={talk.place} waitMs={talk.wait_ms} />
          <p class="box">{t("widget_talk.music")}</p>
        </>
      );
  }
}

function Said(props: { icon: typeof Headset; title: Key; what: Key }): VNode {
  const Picture = props.icon;
  return (
    <>
      <h3 class="big">
        <Picture /> {t(props.title)}
      </h3>
      <p>{t(props.what)}</p>
    </>
  );
}

function Talking({ talk }: { talk: Talk }): VNode {
  return (
    <>
      <h3 class="timer num">
        <Handset />
        <span class="hidden-label">{t("widget_sound.talking")}</span>
        <span aria-hidden="true">{duration(since(talk.talked_at ?? talk.created_at))}</span>
      </h3>
      {talk.operator !== "" && <p class="center">{t("widget_talk.with", { name: talk.operator })}</p>}
    </>
  );
}
