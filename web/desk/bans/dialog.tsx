import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { serverNow } from "../../shared/clock";
import { t } from "../../shared/text";
import { Segmented } from "../../shared/ui/parts";
import { Dialog } from "../dialog";
import { closeDialog } from "../dialogs";
import { Ban } from "../icons";
import { visitorName } from "../names";
import { ban } from "../sessions/actions";
import { sessionByID } from "../sessions/sessions";

const hour = 60 * 60 * 1000;
const terms = { day: 24 * hour, month: 30 * 24 * hour, ever: 0 } as const;
type Term = keyof typeof terms;
const choices = Object.keys(terms) as Term[];

/** Keeps a visitor away. It needs a reason, because others will ask for one; the visitor is told nothing of it. */
export function BanDialog({ id }: { id: string }): VNode | null {
  const s = sessionByID(id);
  const reason = useSignal("");
  const term = useSignal<Term>("day");
  const busy = useSignal(false);
  if (!s) return null;
  const go = async () => {
    if (reason.peek().trim() === "" || busy.peek()) return;
    busy.value = true;
    const ms = terms[term.peek()];
    const done = await ban(id, reason.peek().trim(), ms === 0 ? null : new Date(serverNow() + ms).toISOString());
    busy.value = false;
    if (done) closeDialog();
  };
  const empty = reason.value.trim() === "";
  return (
    <Dialog id="ban" title={t("ban.title", { name: visitorName(s.visitor) })} close={closeDialog}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void go();
        }}
      >
        <p>{t("ban.what")}</p>
        <label class="field">
          <span>{t("ban.reason")}</span>
          <input
            maxLength={500}
            required
            value={reason.value}
            onInput={(e) => (reason.value = e.currentTarget.value)}
          />
        </label>
        <div class="field">
          <span>{t("ban.term")}</span>
          <Segmented<Term>
            label={t("ban.term")}
            value={term.value}
            choices={choices.map((value) => ({ value, label: t(`ban.term_${value}`) }))}
            choose={(value) => (term.value = value)}
          />
        </div>
        <footer>
          <button type="button" class="button big" onClick={closeDialog}>
            {t("desk.cancel")}
          </button>
          <button type="submit" class="button filled big" aria-disabled={empty} aria-busy={busy.value}>
            <Ban /> {t("ban.do")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
