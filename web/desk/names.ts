import { phoneNumber } from "../shared/format";
import { t } from "../shared/text";

/** Who a client is to a reader: the name they gave, else their number, else a visitor. */
export function clientName(name: string, number: string): string {
  return name || phoneNumber(number) || t("desk.visitor");
}
