import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Chat } from "../../shared/chat/chat";
import type { Session } from "../../shared/protocol";
import { t } from "../../shared/text";
import { HandedOver } from "../client/tab";
import { chatShown } from "../layout";
import { chatOf } from "../sessions/chats";
import { FinishButton } from "../work/acts";
import { Composer } from "./composer";
import { ChatHeader } from "./header";
import { Log } from "./log";

/** The chat of the open session, always at the right. */
export function ChatColumn({ s }: { s: Session }): VNode {
  const chat = chatOf(s.id);
  return (
    <section class="chat" id="panel-chat" aria-labelledby="chat-who">
      <ChatHeader s={s} />
      {chat && <Conversation s={s} chat={chat} key={s.id} />}
    </section>
  );
}

function Conversation({ s, chat }: { s: Session; chat: Chat }): VNode {
  useReading(chat);
  return (
    <>
      <Log id={s.id} chat={chat} />
      {s.redirected?.note && <HandedOver by={s.redirected.from} note={s.redirected.note} />}
      <Below s={s} chat={chat} />
    </>
  );
}

/** Only who came to write can read: nobody is let type into the void. */
const reads = (s: Session) => s.kind === "chat" || s.kind === "invitation";

function Below({ s, chat }: { s: Session; chat: Chat }): VNode {
  if (s.state !== "active") return <Over s={s} />;
  if (reads(s)) return <Composer s={s} chat={chat} />;
  return <p class="no-chat">{t("chat.talks_only")}</p>;
}

function Over({ s }: { s: Session }): VNode {
  return (
    <div class="over">
      <p>{t("chat.over")}</p>
      <FinishButton s={s} />
    </div>
  );
}

/** Messages count as seen when the page is before somebody's eyes and the chat is on it. */
function useReading(chat: Chat): void {
  const lines = chat.lines.value;
  const shown = chatShown.value;
  useEffect(() => {
    const read = () => {
      if (shown && document.visibilityState === "visible" && document.hasFocus()) chat.read();
    };
    read();
    document.addEventListener("visibilitychange", read);
    addEventListener("focus", read);
    return () => {
      document.removeEventListener("visibilitychange", read);
      removeEventListener("focus", read);
    };
  }, [lines, shown, chat]);
}
