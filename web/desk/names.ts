import { phoneNumber } from "../shared/format";
import type { VisitorInfo } from "../shared/protocol";
import { t } from "../shared/text";

/** Who a client is to a reader: the name they gave, else their number, else a visitor. */
export function clientName(name: string, number: string, visitor = 0): string {
  return name || phoneNumber(number) || (visitor > 0 ? t("desk.visitor_n", { n: visitor }) : t("desk.visitor"));
}

export function visitorName(v: Pick<VisitorInfo, "name" | "phone" | "number">): string {
  return clientName(v.name, v.phone, v.number);
}

/** Words beside each other, without those that are missing. */
export const joined = (...words: string[]) => words.filter((w) => w !== "").join(" · ");
