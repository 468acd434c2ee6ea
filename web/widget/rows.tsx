import type { ComponentChildren, VNode } from "preact";
import type { Way } from "../shared/protocol";
import { language, t } from "../shared/text";
import { CallBack, Chat, Headset, Mail, Ticket } from "../shared/ui/icons-plain";
import { Body, Row } from "./body";
import { bringCall } from "./call/door";
import { consent, takeBack } from "./consent";
import { openCall, openChat, openCode, openMessage, openTalk } from "./doors";
import { bringMore } from "./more/door";
import { info } from "./state";
import { bring as bringTalk, canTalk } from "./talk/door";
import { back, opens, wait } from "./when";

/** The ways to us, with what to expect of each. */
export function Rows(): VNode {
  const i = info.value;
  if (!i) return <Body title={t("widget.connecting")} />;
  const ways = i.channels.filter((w) => w.kind !== "voice" || canTalk()).map((w) => <WayRow key={w.kind} way={w} />);
  const closed = i.state === "offline" || i.channels.length === 0;
  // Who wants to write and finds nobody can leave what they wanted to say.
  const leaves = i.offline && (closed || i.channels.some((w) => w.kind === "chat" && w.state === "closed"));
  const greeting = i.greeting[language.value] ?? i.greeting[i.language] ?? "";
  const title = closed ? back(soonest(i.channels)) : t(i.state === "busy" ? "widget.busy_title" : "widget.help_title");
  return (
    <Body title={title}>
      {!closed && greeting !== "" && <p>{greeting}</p>}
      {closed && <p>{t(i.offline ? "widget.offline_leave" : "widget.offline")}</p>}
      {closed && leaves && <MessageRow />}
      {ways}
      {!closed && leaves && <MessageRow />}
      <span class="push" />
      {consent.value === "given" && <Keeping />}
    </Body>
  );
}

function soonest(ways: Way[]): string | null {
  const times = ways.flatMap((w) => (w.opens_at ? [w.opens_at] : []));
  return times.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

function WayRow({ way }: { way: Way }): VNode {
  if (way.state === "closed") return <Closed way={way} />;
  const aside = way.wait_ms === null ? "" : wait(way.wait_ms);
  const { icon, title, open, reach } = looks[way.kind]();
  const what = way.state === "busy" ? t("widget.busy_what") : words[way.kind]();
  return <Row to={way.kind} icon={icon} title={title} what={what} aside={aside} open={open} reach={reach ?? nothing} />;
}

const nothing = () => {};

const looks = {
  chat: () => ({ icon: <Chat />, title: t("widget.write"), open: openChat, reach: nothing }),
  callback: () => ({ icon: <CallBack />, title: t("widget.call_me"), open: openCall, reach: bringCall }),
  voice: () => ({ icon: <Headset />, title: t("widget.talk"), open: openTalk, reach: () => void bringTalk() }),
  invitation: () => ({ icon: <Ticket />, title: t("widget.code"), open: openCode, reach: bringMore }),
};

const words = {
  chat: () => t("widget.write_what"),
  callback: () => t("widget.call_me_what"),
  voice: () => t("widget.talk_what"),
  invitation: () => t("widget.code_what"),
};

/** A way that is shut now is no button: it says when it opens. */
function Closed({ way }: { way: Way }): VNode {
  const { icon, title } = looks[way.kind]();
  return (
    <Still icon={icon} title={title}>
      {opens(way.opens_at)}
    </Still>
  );
}

function Still(props: { icon: VNode; title: string; children: ComponentChildren }): VNode {
  return (
    <p class="row still">
      <span class="face">{props.icon}</span>
      <span class="words">
        <strong>{props.title}</strong>
        <span>{props.children}</span>
      </span>
    </p>
  );
}

function MessageRow(): VNode {
  return (
    <Row
      to="message"
      icon={<Mail />}
      title={t("widget.message")}
      what={t("widget.message_what")}
      open={openMessage}
      reach={bringMore}
    />
  );
}

/** Who has agreed finds here what that was, and the way back. */
function Keeping(): VNode {
  return (
    <p class="keeping">
      {t("widget.kept")}{" "}
      <button type="button" class="link" onClick={takeBack}>
        {t("widget.forget_me")}
      </button>
    </p>
  );
}
