import { clock } from "../shared/format";
import { type Key, language, t } from "../shared/text";

/** How a time to come is said: today and tomorrow by their names, later ones by their date. */

type Sayings = Record<"today" | "tomorrow" | "later", Key>;

const opening: Sayings = {
  today: "widget.opens_today",
  tomorrow: "widget.opens_tomorrow",
  later: "widget.opens_later",
};
const coming: Sayings = { today: "widget.back_today", tomorrow: "widget.back_tomorrow", later: "widget.back_later" };

export const opens = (at: string | null) => say(opening, at, t("widget.closed"));
export const back = (at: string | null) => say(coming, at, t("widget.offline_title"));

function say(sayings: Sayings, at: string | null, unknown: string): string {
  if (at === null) return unknown;
  const [date, now] = [new Date(at), new Date()];
  const days = Math.round((midnight(date) - midnight(now)) / 86_400_000);
  const name = days <= 0 ? "today" : days === 1 ? "tomorrow" : "later";
  const day = new Intl.DateTimeFormat(language.value, { weekday: "short", day: "numeric", month: "numeric" }).format(
    date,
  );
  return t(sayings[name], { time: clock(at), day });
}

function midnight(d: Date): number {
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
}

/** An expected wait in the steps in which it is known. */
export function wait(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return t("widget.wait_short");
  return minutes >= 10 ? t("widget.wait_long", { n: 10 }) : t("widget.minutes", { n: minutes });
}
