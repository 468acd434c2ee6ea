import type { VNode } from "preact";
import type { Entry } from "../../shared/protocol";
import { t, tMaybe } from "../../shared/text";
import { kindWord } from "../kind";

/** Facts that a reader of the chat should know of. The others are shown in places of their own, or to nobody. */
export function tells(e: Entry): boolean {
  return wordsOf(e) !== "";
}

export function Told({ e }: { e: Entry }): VNode {
  return <span>{wordsOf(e)}</span>;
}

/** A fact in one line, "" for what is not told. */
export function wordsOf(e: Entry): string {
  switch (e.kind) {
    case "session.opened":
      return t("chat.opened", { kind: kindWord(e.data.kind), queue: e.data.queue });
    case "session.accepted":
      return t("chat.accepted", { name: e.by.name || e.data.name });
    case "session.redirected":
      return t("chat.redirected", { name: e.by.name, to: e.data.to });
    case "session.returned":
      return t("chat.returned");
    case "session.ended":
      return tMaybe(`chat.ended_${e.data.by}`, "", { name: e.by.name });
    case "visitor.banned":
      return t("chat.banned", { name: e.by.name });
    default:
      return "";
  }
}
