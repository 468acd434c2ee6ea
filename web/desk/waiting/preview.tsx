import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Entry, Session } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Check, Hourglass } from "../../shared/ui/icons";
import { Timer } from "../../shared/ui/parts";
import { attempt, call, may } from "../account";
import { accept } from "../actions";
import { Before } from "../client/before";
import { Pages } from "../client/pages";
import { HandedOver } from "../client/tab";
import { ThisVisit } from "../client/visit";
import { Dialog } from "../dialog";
import { closeDialog, openDialog } from "../dialogs";
import { Entries } from "../history/transcript";
import { Redirect } from "../icons";
import { kindWord } from "../kind";
import { joined, visitorName } from "../names";
import type { Seen } from "../sessions/facts";
import { waiting } from "../state";

interface Looked {
  session: Session;
  entries: Entry[];
}

/** Who waits, seen without taking them and without their seeing it (M062-M065). */
export function PreviewDialog({ place }: { place: string }): VNode {
  const got = useSignal<Looked | null>(null);
  const here = waiting.value.find((p) => p.id === place);
  const taken = here === undefined || here.state === "accepted";
  useEffect(() => {
    let gone = false;
    void attempt(() => call<Looked>("GET", `/waiting/${place}/preview`)).then((found) => {
      if (gone) return;
      if (found) got.value = found;
      else closeDialog();
    });
    return () => {
      gone = true;
    };
  }, [place]);
  const take = () => {
    closeDialog();
    void accept(place);
  };
  return (
    <Dialog id="preview" look="preview" title={t("desk.preview")} close={closeDialog}>
      {got.value && <Look of={got.value} />}
      <footer>
        {taken && <p role="status">{t("session.waits_no_more")}</p>}
        {here && !taken && (
          <>
            <span class="time waiting">
              <Hourglass small />
              <Timer from={here.since} />
            </span>
            <span class="space" />
            {may.value.has("waiting.redirect") && (
              <button type="button" class="button big" onClick={() => openDialog({ what: "redirect", place })}>
                <Redirect /> {t("desk.redirect")}
              </button>
            )}
            <button type="button" class="button go big" onClick={take}>
              <Check /> {t("desk.accept")}
            </button>
          </>
        )}
      </footer>
    </Dialog>
  );
}

function Look({ of }: { of: Looked }): VNode {
  const s = of.session;
  const v = s.visitor;
  const pages = of.entries.filter((e): e is Seen => e.kind === "page.seen").reverse();
  return (
    <div class="client">
      <div class="who">
        <strong>{visitorName(v)}</strong>
        <p>{joined(kindWord(s.kind), s.queue, v.phone, v.email)}</p>
      </div>
      {s.redirected && <HandedOver by={s.redirected.from} note={s.redirected.note} />}
      <Entries all={of.entries} />
      <div class="pair">
        <ThisVisit s={s} />
        <Pages pages={pages} now={v.page?.url ?? ""} here={v.here} />
      </div>
      <Before visitor={v.id} now={s.id} />
    </div>
  );
}
