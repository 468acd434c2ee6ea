import type { VNode } from "preact";
import type { Session } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Check } from "../../shared/ui/icons";
import { openDialog } from "../dialogs";
import { finishWhenOver } from "../finish/own";
import { Pen } from "../icons";
import { endSession } from "../sessions/actions";
import { callByID } from "../state";

/** Ends the whole session; with a call, its sound too, and says so. */
export function EndButton({ s }: { s: Session }): VNode {
  if (s.state === "wrap_up") return <FinishButton s={s} />;
  const c = callByID(s.call);
  return (
    <button type="button" class="button end" onClick={() => void end(s)}>
      <Check small /> {t(c && c.state !== "ended" ? "session.end_call_too" : "session.end")}
    </button>
  );
}

export function FinishButton({ s }: { s: Session }): VNode {
  return (
    <button type="button" class="button filled" onClick={() => openDialog({ what: "finish", session: s.id })}>
      <Pen small /> {t("session.finish")}
    </button>
  );
}

/** Ends by one's own click, which the question about the result answers. */
export async function end(s: Session): Promise<void> {
  finishWhenOver(s.id);
  await endSession(s.id);
}
