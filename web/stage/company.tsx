import "./company.css";
import type { VNode } from "preact";
import { phoneNumber } from "../shared/format";
import { rich, t } from "../shared/text";
import { Handset, Headset, Microphone } from "../shared/ui/icons";

/** Who else is there, so that nobody who plays alone waits in vain: an operator who takes the rest, and a talk to listen to. */
export function Company(): VNode {
  return (
    <ul class="company" aria-label={t("stage.company")}>
      <li>
        <Headset small />
        <span>{rich("stage.boris", { name: <strong>Boris</strong> })}</span>
      </li>
      <li>
        <Handset small />
        <span>
          {rich("stage.cyril", {
            name: <strong>Cyril</strong>,
            number: <span class="num">{phoneNumber("+420777000001")}</span>,
          })}
        </span>
      </li>
      <li>
        <Microphone small />
        <span>{t("stage.voices")}</span>
      </li>
    </ul>
  );
}
