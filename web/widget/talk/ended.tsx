import type { VNode } from "preact";
import { duration } from "../../shared/format";
import type { Talk, TalkReason } from "../../shared/protocol";
import { unlock } from "../../shared/sound/output";
import { type Key, t } from "../../shared/text";
import { CallBack, Check, Handset, Headset, Warning } from "../../shared/ui/icons-plain";
import { Play } from "../../shared/ui/icons-sound";
import { Body } from "../body";
import { openForm } from "../call/door";
import { info, way } from "../state";
import { here } from "./here";
import type { Fault } from "./talk";

/** Where a talk does not go on: why, and the ways from there. */

const reasons: Record<TalkReason, Key> = {
  "": "widget_talk.failed",
  talked: "widget_sound.reason_talked",
  cancelled: "widget_talk.cancelled",
  nobody_free: "widget_sound.reason_nobody_free",
  lost: "widget_talk.lost",
  no_sound: "widget_talk.no_path",
  failed: "widget_talk.failed",
};

export function Ended({ talk }: { talk: Talk }): VNode {
  const length = talk.talked_at && talk.ended_at ? Date.parse(talk.ended_at) - Date.parse(talk.talked_at) : 0;
  const good = talk.reason === "talked";
  const calm = good || talk.reason === "cancelled";
  return (
    <Body>
      <div role="status">
        <h3 class="big">
          {calm ? <Check /> : <Warning />} {t(titleOf(talk))}
        </h3>
        <p>{t(reasons[talk.reason], { time: duration(length) })}</p>
      </div>
      <span class="push" />
      <Again words={good ? "widget_sound.again" : "widget.try_again"} />
      <CallInstead />
    </Body>
  );
}

function titleOf(talk: Talk): Key {
  if (talk.reason === "talked") return "widget_sound.ended_talked";
  if (talk.reason === "cancelled") return "widget_sound.ended_cancelled";
  return talk.talked_at ? "widget_talk.broke" : "widget_sound.ended";
}

const troubles: Record<Exclude<Fault["code"], "refused_by_server">, { title: Key; what: Key }> = {
  no_microphone: { title: "widget_talk.mic_none", what: "widget_talk.mic_none_what" },
  refused: { title: "widget_talk.mic_refused", what: "widget_talk.mic_refused_what" },
  in_use: { title: "widget_talk.mic_in_use", what: "widget_talk.mic_in_use_what" },
  insecure_page: { title: "widget_talk.mic_insecure", what: "widget_talk.mic_insecure_what" },
  unsupported: { title: "widget_talk.mic_unsupported", what: "widget_talk.mic_unsupported_what" },
  elsewhere: { title: "widget_talk.elsewhere", what: "widget_talk.elsewhere_what" },
  howl: { title: "widget_talk.howl", what: "widget_talk.howl_what" },
};

export function Stopped({ fault }: { fault: Fault }): VNode {
  const ofServer = fault.code === "refused_by_server" ? fault.problem : null;
  const own = fault.code === "refused_by_server" ? null : troubles[fault.code];
  const title = own ? t(own.title) : ofServer?.title || t("widget_sound.ended");
  return (
    <Body>
      <div role="alert">
        <h3 class="big">
          <Warning /> {title}
        </h3>
        <p>{own ? t(own.what) : ofServer?.detail || t("widget_talk.failed")}</p>
      </div>
      <span class="push" />
      {fault.code === "howl" ? <Headphones /> : <Again words="widget.try_again" />}
      {own && info.value?.demo && fault.code !== "elsewhere" && <Recorded />}
      <CallInstead />
    </Body>
  );
}

function Again({ words }: { words: Key }): VNode {
  const again = () => {
    void unlock();
    if (here.scene.value === "ended") here.reset();
    void here.begin();
  };
  return (
    <button type="button" class="button filled" data-first onClick={again}>
      <Handset /> {t(words)}
    </button>
  );
}

function Headphones(): VNode {
  const begin = () => {
    void unlock();
    void here.begin("microphone", true);
  };
  return (
    <button type="button" class="button filled" data-first onClick={begin}>
      <Headset /> {t("widget_talk.howl_headphones")}
    </button>
  );
}

/** Only in the demo: a visitor without a microphone lends a recorded one's voice. */
function Recorded(): VNode {
  const begin = () => {
    void unlock();
    void here.begin("recorded");
  };
  return (
    <button type="button" class="button" onClick={begin}>
      <Play /> {t("widget_talk.use_recorded")}
    </button>
  );
}

function CallInstead(): VNode | null {
  if (!way("callback")) return null;
  const instead = () => {
    openForm();
    void here.leave().then(() => here.reset());
  };
  return (
    <button type="button" class="button" onClick={instead}>
      <CallBack /> {t("widget_talk.call_instead")}
    </button>
  );
}
