import { computed } from "@preact/signals";
import { second, serverNow } from "../../shared/clock";
import type { Session } from "../../shared/protocol";
import { me } from "../account";
import { sessions } from "./sessions";

/** How long a visitor has had no answer: amber after a while, then red, by the rules of who has the session. */

export type Patience = "" | "amber" | "red";
type Silence = Pick<Session, "unanswered_at" | "amber_ms" | "red_ms">;

export function patienceOf(s: Silence, now: number): Patience {
  if (s.unanswered_at === null) return "";
  const silent = now - Date.parse(s.unanswered_at);
  return silent < s.amber_ms ? "" : silent < s.red_ms ? "amber" : "red";
}

/** Of a session at this moment, drawn again each second. */
export function patience(s: Session): Patience {
  return s.state === "active" && second.value >= 0 ? patienceOf(s, serverNow()) : "";
}

/** Other people's sessions that are red: who watches over them should know. */
export const redOfOthers = computed(() =>
  sessions.value.filter((s) => s.operator !== null && s.operator.id !== me.value?.id && patience(s) === "red"),
);
