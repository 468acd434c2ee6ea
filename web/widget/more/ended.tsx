import type { VNode } from "preact";
import type { VisitorSession } from "../../shared/protocol";
import { type Key, t } from "../../shared/text";
import { Chat } from "../../shared/ui/icons-plain";
import { conversation } from "../chat/here";
import { page } from "../state";
import { Instead } from "./instead";

/** It is over: why, and the way to another one. The lines above stay to be read. */
export function Ended(): VNode {
  const s = conversation.session.value;
  const again = () => {
    conversation.again();
    page.value = "chat";
  };
  return (
    <div class="over">
      <p role="status">{s && t(wordsOf(s))}</p>
      <button type="button" class="button filled" data-first onClick={again}>
        <Chat /> {t("widget_more.write_again")}
      </button>
      {s?.reason === "nobody_free" && <Instead />}
    </div>
  );
}

function wordsOf(s: VisitorSession): Key {
  switch (s.reason) {
    case "talked":
      return "widget_more.over";
    case "abandoned":
      return "widget_more.over_left";
    case "lost":
      return "widget_more.over_silent";
    case "nobody_free":
      return "widget_more.over_nobody";
    default:
      return "widget_more.over_failed";
  }
}
