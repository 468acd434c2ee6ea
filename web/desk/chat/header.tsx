import type { VNode } from "preact";
import type { Session } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Warning } from "../../shared/ui/icons";
import { Timer } from "../../shared/ui/parts";
import { pathOf } from "../client/pages";
import { visitorName } from "../names";
import { EndButton } from "../work/acts";

/** Who is written to, and whether they are there. */
export function ChatHeader({ s }: { s: Session }): VNode {
  const language = s.language || s.visitor.language;
  return (
    <header class="chat-head">
      <h2 id="chat-who">{visitorName(s.visitor)}</h2>
      <Presence s={s} />
      <span class="space" />
      {language && <span class="lang">{language}</span>}
      <EndButton s={s} />
    </header>
  );
}

function Presence({ s }: { s: Session }): VNode {
  const page = pathOf(s.visitor.page?.url ?? "");
  return (
    <span role="status">
      {s.left_at !== null || !s.visitor.here ? (
        <span class="chip left">
          <Warning small />
          {t("session.left")}
          {s.left_at && <Timer from={s.left_at} silent />}
        </span>
      ) : (
        <span class="chip talk" title={s.visitor.page?.url}>
          {page ? t("chat.here_on", { page }) : t("chat.here")}
        </span>
      )}
    </span>
  );
}
