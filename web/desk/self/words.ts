import type { Member } from "../../shared/protocol";
import { t } from "../../shared/text";

/** A status in words: what was chosen, and what has come about by what is open. */

/** Busy by having no room for more, which nobody has chosen. */
export const isFull = (m: Member) => m.status === "busy" && m.chosen !== "busy";

/** Why somebody has no room for one more of a kind, in words for themselves; "" where nothing open is in the way. */
export function fullFor(kind: string, m: Member | undefined): string {
  if (!m || m.chats === 0) return "";
  if (kind !== "chat" && kind !== "invitation") return t("desk.no_room_sound", { n: m.chats });
  return m.chats >= m.chat_limit ? t("desk.no_room_chats", chats(m)) : "";
}

const chats = (m: Member) => ({ n: m.chats, limit: m.chat_limit });

export function statusWords(m: Member): string {
  switch (m.status) {
    case "online":
      return m.chats > 0 ? t("desk.online_chats", chats(m)) : t("desk.status_online");
    case "busy":
      if (!isFull(m)) return t("desk.status_busy");
      return m.chats > 0 ? t("desk.full_chats", chats(m)) : t("desk.status_full");
    case "wrap_up":
      return t("desk.finishing", { n: m.wrap_ups });
    case "pause":
      return pauseWords(m);
    default:
      return t(`desk.status_${m.status}`);
  }
}

function pauseWords(m: Member): string {
  if (m.unanswered) return t("desk.pause_unanswered");
  return m.reason ? t("desk.pause_because", { reason: m.reason }) : t("desk.status_pause");
}
