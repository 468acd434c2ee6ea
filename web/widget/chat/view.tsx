import type { VNode } from "preact";
import { t } from "../../shared/text";
import { Body, Refused } from "../body";
import { asksWho, more } from "../more/door";
import { info } from "../state";
import { Composer } from "./composer";
import { conversation } from "./here";
import { ChatLog } from "./log";
import { Waiting } from "./waiting";

/** The written conversation, from the first words to the last. */
export function ChatPage(): VNode {
  const scene = conversation.scene.value;
  const aside = more.here.value;
  if (scene === "start" && conversation.chat.lines.value.length === 0) return <Start />;
  return (
    <div class="chat">
      {aside && <aside.Leaving />}
      {scene === "waiting" && <Waiting />}
      <ChatLog />
      {scene !== "ended" ? <Composer /> : aside && <aside.Ended />}
    </div>
  );
}

/** What the site asks first, and where the question is written. */
function Start(): VNode {
  const why = conversation.problem.value;
  const aside = more.here.value;
  if (conversation.coming.value || (asksWho() && !aside)) return <Body title={t("widget.connecting")} />;
  return (
    <div class="chat">
      <Body title={t("widget.write_title")}>
        {info.value?.state === "busy" && <p>{t("widget.busy_what")}</p>}
        {aside && <aside.Fields />}
        <Refused why={why} />
        {why && aside && <aside.Instead />}
      </Body>
      <Composer first />
    </div>
  );
}
