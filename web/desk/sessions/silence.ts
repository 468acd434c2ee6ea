import { second, serverNow } from "../../shared/clock";
import type { Session } from "../../shared/protocol";

/** How long a visitor has had no answer: after a minute amber, after three red. */

export const amberMs = 60_000;
export const redMs = 180_000;

export type Patience = "" | "amber" | "red";

export function patienceOf(unansweredAt: string | null, now: number): Patience {
  if (unansweredAt === null) return "";
  const silent = now - Date.parse(unansweredAt);
  return silent < amberMs ? "" : silent < redMs ? "amber" : "red";
}

/** Of a session at this moment, drawn again each second. */
export function patience(s: Session): Patience {
  return s.state === "active" && second.value >= 0 ? patienceOf(s.unanswered_at, serverNow()) : "";
}
