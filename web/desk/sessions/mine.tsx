import type { VNode } from "preact";
import type { Call, Session } from "../../shared/protocol";
import { t, tn } from "../../shared/text";
import { Handset, Mask, Warning } from "../../shared/ui/icons";
import { Timer } from "../../shared/ui/parts";
import { openDialog } from "../dialogs";
import { Chat, Pen } from "../icons";
import { KindTile, kindWord } from "../kind";
import { clientName, joined, visitorName } from "../names";
import { callByID, myself } from "../state";
import { unread } from "./chats";
import { choose, listed, lonelyCall, openCall, openSession } from "./open";
import { drafts } from "./sessions";
import { patience } from "./silence";

/** What this operator has open: what is unread first, what only waits for its OK last. */
export function Mine(): VNode {
  const all = listed.value;
  const call = lonelyCall.value;
  const n = all.length + (call ? 1 : 0);
  return (
    <section class="list mine-list" aria-labelledby="mine">
      <h2 id="mine">
        {t("desk.mine")} {n > 0 && <span class="badge">{n}</span>}
      </h2>
      {n === 0 && <p class="empty">{t(myself.value?.status === "pause" ? "desk.mine_pause" : "desk.mine_empty")}</p>}
      <ul>
        {call && <CallRow c={call} />}
        {all.map((s) => (
          <Row s={s} key={s.id} />
        ))}
      </ul>
    </section>
  );
}

function CallRow({ c }: { c: Call }): VNode {
  const here = openCall.value?.id === c.id;
  return (
    <li class={here ? "chosen" : ""}>
      <button type="button" class="line" aria-current={here} onClick={() => choose(c.id)}>
        <KindTile kind={c.kind} />
        <span class="who">
          <strong>{clientName(c.client.name, c.client.number)}</strong>
          <span>{joined(kindWord(c.kind), c.queue, t(`desk.short_${c.state}`))}</span>
          <Prompting c={c} />
        </span>
        <span class="ends">{c.state !== "ended" && <TalkTime c={c} />}</span>
      </button>
    </li>
  );
}

function Row({ s }: { s: Session }): VNode {
  const here = openSession.value?.id === s.id;
  const c = callByID(s.call);
  const over = s.state === "wrap_up";
  return (
    <li class={here ? "chosen" : ""}>
      <button
        type="button"
        class={`line ${patience(s)}`}
        aria-current={here}
        onClick={() => {
          choose(s.id);
          if (over) openDialog({ what: "finish", session: s.id });
        }}
      >
        {over ? <FinishTile /> : <KindTile kind={s.kind} />}
        <span class="who">
          <strong>{visitorName(s.visitor)}</strong>
          <span>{over ? t("session.to_finish") : joined(kindWord(s.kind), s.queue, doing(s, c))}</span>
          {!over && <Silent s={s} />}
          {c && <Prompting c={c} />}
        </span>
        <span class="ends">
          {!over && <Unread id={s.id} />}
          {over ? <FinishTime s={s} /> : c && c.state !== "ended" ? <TalkTime c={c} /> : <ChatTime s={s} />}
        </span>
      </button>
    </li>
  );
}

/** What happens in it at this moment. */
function doing(s: Session, c: Call | undefined): string {
  if (drafts.value.get(s.id)) return t("session.writing_now");
  if (s.left_at !== null) return t("session.left");
  return c && c.state !== "ended" ? t(`desk.short_${c.state}`) : "";
}

function Silent({ s }: { s: Session }): VNode | null {
  const how = patience(s);
  if (how === "" || s.unanswered_at === null) return null;
  return (
    <span class={`silent ${how}`}>
      <Warning small /> {t("session.waits_for_answer")} <Timer from={s.unanswered_at} />
    </span>
  );
}

function Unread({ id }: { id: string }): VNode | null {
  const n = unread.value.get(id) ?? 0;
  if (n === 0) return null;
  return (
    <span class="badge unread">
      <span aria-hidden="true">{n}</span>
      <span class="hidden-label">{tn("session.unread", n)}</span>
    </span>
  );
}

function Prompting({ c }: { c: Call }): VNode | null {
  if (!c.supervisor) return null;
  return (
    <span class="prompting">
      <Mask small /> {t(`desk.agent_sees_${c.supervisor.mode}`, { name: c.supervisor.name })}
    </span>
  );
}

function FinishTile(): VNode {
  return (
    <span class="tile finish">
      <Pen />
    </span>
  );
}

function FinishTime({ s }: { s: Session }): VNode {
  return (
    <span class="time finish">
      <Pen small />
      <Timer from={s.ended_at ?? s.requested_at} />
    </span>
  );
}

function TalkTime({ c }: { c: Call }): VNode {
  return (
    <span class="time talk">
      <Handset small />
      <Timer from={c.talked_at ?? c.started_at} />
    </span>
  );
}

function ChatTime({ s }: { s: Session }): VNode {
  return (
    <span class="time talk">
      <Chat small />
      <Timer from={s.accepted_at ?? s.requested_at} />
    </span>
  );
}
