import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { clock } from "../../shared/format";
import type { Entry, Session } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Prose } from "../../shared/ui/prose";
import { attempt, call } from "../account";
import { Told, tells } from "../chat/told";

/** What was said in a session, to be read: with notes, which the visitor has never seen. */
export function Transcript({ session }: { session: string }): VNode {
  const got = useSignal<readonly Entry[] | null>(null);
  useEffect(() => {
    let gone = false;
    void attempt(() => call<{ session: Session; entries: Entry[] }>("GET", `/sessions/${session}`)).then((found) => {
      if (!gone) got.value = found?.entries ?? [];
    });
    return () => {
      gone = true;
    };
  }, [session]);
  if (!got.value) return <p class="empty">{t("session.loading")}</p>;
  return <Entries all={got.value} />;
}

export function Entries({ all }: { all: readonly Entry[] }): VNode {
  const shown = all.filter((e) => e.kind === "chat.said" || e.kind === "note.written" || tells(e));
  if (shown.length === 0) return <p class="empty">{t("session.nothing_said")}</p>;
  return (
    <ol class="transcript">
      {shown.map((e) => (
        <li key={e.n} class={e.kind === "note.written" ? "note" : ""}>
          <time class="num">{clock(e.at)}</time>
          <One e={e} />
        </li>
      ))}
    </ol>
  );
}

function One({ e }: { e: Entry }): VNode {
  if (e.kind === "note.written") {
    return (
      <div>
        <strong>{t("session.note_by", { name: e.by.name })}</strong>
        <p>{e.data.text}</p>
      </div>
    );
  }
  if (e.kind !== "chat.said") return <Told e={e} />;
  return (
    <div>
      <strong>{e.data.from === "visitor" ? t("desk.visitor") : e.data.name || e.by.name}</strong>
      <Prose text={e.data.text} />
    </div>
  );
}
