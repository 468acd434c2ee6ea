import type { VNode } from "preact";
import type { Session } from "../../shared/protocol";
import { t } from "../../shared/text";
import { may } from "../account";
import { openDialog } from "../dialogs";
import { Ban, Redirect } from "../icons";
import { chatOf } from "../sessions/chats";
import { notesIn, pagesIn } from "../sessions/facts";
import { Favourites } from "../templates/favourites";
import { Before } from "./before";
import { VisitorForm } from "./form";
import { Notes } from "./notes";
import { Pages } from "./pages";
import { Tags } from "./tags";
import { ThisVisit } from "./visit";

/** Everything known about who is talked to (M090): it changes while it is looked at, and what is typed stays. */
export function ClientTab({ s }: { s: Session }): VNode {
  const lines = chatOf(s.id)?.lines.value ?? [];
  return (
    <div class="client">
      {s.redirected && <HandedOver by={s.redirected.from} note={s.redirected.note} />}
      <div class="pair">
        <section aria-labelledby="client-visitor">
          <h2 id="client-visitor">{t("session.visitor")}</h2>
          <VisitorForm s={s} key={s.id} />
          <Tags s={s} />
        </section>
        <ThisVisit s={s} />
      </div>
      <div class="pair">
        <Pages pages={pagesIn(lines)} now={s.visitor.page?.url ?? ""} here={s.visitor.here} />
        <Before visitor={s.visitor.id} now={s.id} />
      </div>
      <Notes id={s.id} notes={notesIn(lines)} key={`notes ${s.id}`} />
      <Favourites />
      {may.value.has("visitor.ban") && s.state === "active" && (
        <p>
          <button type="button" class="button quiet" onClick={() => openDialog({ what: "ban", session: s.id })}>
            <Ban small /> {t("ban.this")}
          </button>
        </p>
      )}
    </div>
  );
}

/** What the operator before has left for this one (M102). */
export function HandedOver({ by, note }: { by: string; note: string }): VNode {
  return (
    <p class="handed">
      <Redirect small />
      <span>
        <strong>{t("session.handed_by", { name: by })}</strong>
        {note && <span>{note}</span>}
      </span>
    </p>
  );
}
