import type { VNode } from "preact";
import { Composer } from "./composer";
import { conversation } from "./here";
import { ChatLog } from "./log";

/** The written part of a conversation that is spoken at the same time: under the call, in the same panel. */
export function ChatUnder(): VNode | null {
  if (!conversation.runs.value) return null;
  return (
    <div class="chat under">
      {conversation.chat.lines.value.some((l) => l.kind === "said") && <ChatLog />}
      <Composer />
    </div>
  );
}
