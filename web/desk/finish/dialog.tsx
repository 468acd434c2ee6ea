import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { t } from "../../shared/text";
import { Check } from "../../shared/ui/icons";
import { Dialog } from "../dialog";
import { closeDialog } from "../dialogs";
import { visitorName } from "../names";
import { closeSession } from "../sessions/actions";
import { sessionByID } from "../sessions/sessions";
import { ResultChoice } from "../words/choice";

/** What a session came to (M181-M183). OK frees the place, and only OK; put away, it waits in the list. */
export function FinishDialog({ id }: { id: string }): VNode | null {
  const s = sessionByID(id);
  const result = useSignal("");
  const note = useSignal(read(id));
  const mail = useSignal(false);
  const busy = useSignal(false);
  if (!s) return null;
  const ok = async () => {
    if (busy.peek()) return;
    busy.value = true;
    const done = await closeSession(id, { result: result.peek(), note: note.peek().trim(), mail: mail.peek() });
    busy.value = false;
    if (!done) return;
    keep(id, "");
    closeDialog();
  };
  const address = s.visitor.email;
  return (
    <Dialog id="finish" look="finish" title={t("session.ended_title")} close={closeDialog}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void ok();
        }}
      >
        <p>{visitorName(s.visitor)}</p>
        <ResultChoice value={result.value} choose={(r) => (result.value = r)} />
        <label class="field">
          <span>{t("session.note")}</span>
          <textarea
            rows={3}
            maxLength={4000}
            value={note.value}
            onInput={(e) => {
              note.value = e.currentTarget.value;
              keep(id, note.value);
            }}
            onKeyDown={(e) => {
              if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
              e.preventDefault();
              void ok();
            }}
          />
        </label>
        <label class="tick">
          <input
            type="checkbox"
            checked={mail.value && address !== ""}
            disabled={address === ""}
            aria-describedby="finish-mail"
            onChange={(e) => (mail.value = e.currentTarget.checked)}
          />
          <span>
            {t("session.mail_transcript")}
            <small id="finish-mail">{address || t("session.mail_unknown")}</small>
          </span>
        </label>
        <footer>
          <button type="submit" class="button filled big" aria-busy={busy.value}>
            <Check /> OK
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** A note that is put away with the dialog is there when it is opened again. */
const place = (id: string) => `sufler.finish.${id}`;
const read = (id: string) => sessionStorage.getItem(place(id)) ?? "";

function keep(id: string, text: string): void {
  if (text === "") sessionStorage.removeItem(place(id));
  else sessionStorage.setItem(place(id), text);
}
