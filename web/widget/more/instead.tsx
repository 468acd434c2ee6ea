import type { VNode } from "preact";
import { t } from "../../shared/text";
import { CallBack, Mail } from "../../shared/ui/icons-plain";
import { openCall, openMessage } from "../doors";
import { info, way } from "../state";

/** Where a conversation cannot begin or has found nobody: what can be done in its place. What was typed goes along. */
export function Instead(): VNode {
  return (
    <div class="pair">
      {way("callback") && way("callback")?.state !== "closed" && (
        <button type="button" class="button" onClick={openCall}>
          <CallBack /> {t("widget.call_me")}
        </button>
      )}
      {info.value?.offline && (
        <button type="button" class="button" onClick={openMessage}>
          <Mail /> {t("widget.message")}
        </button>
      )}
    </div>
  );
}
