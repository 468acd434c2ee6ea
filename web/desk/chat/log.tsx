import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Chat, Line, SaidLine } from "../../shared/chat/chat";
import { type Day, days, type Run } from "../../shared/chat/days";
import { clock, day as dayWord } from "../../shared/format";
import { t } from "../../shared/text";
import { Check, Clock, Warning } from "../../shared/ui/icons";
import { Prose } from "../../shared/ui/prose";
import { me } from "../account";
import { Checks, Pen } from "../icons";
import { drafts } from "../sessions/sessions";
import { tells, wordsOf } from "./told";

/** How near to its end a log counts as being read at its end. */
const near = 80;

/** The conversation. New lines are said politely; who has scrolled back is left where they are. */
export function Log({ id, chat }: { id: string; chat: Chat }): VNode {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lines = chat.lines.value.filter(shown);
  const draft = drafts.value.get(id) ?? "";
  useLayoutEffect(() => {
    const el = box.current;
    if (el && atEnd.current) el.scrollTop = el.scrollHeight;
  });
  return (
    <div
      class="log"
      role="log"
      aria-live="polite"
      aria-labelledby="chat-who"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      ref={box}
      onScroll={(e) => {
        const el = e.currentTarget;
        atEnd.current = el.scrollHeight - el.scrollTop - el.clientHeight < near;
      }}
    >
      {days(lines).map((d) => (
        <OneDay of={d} chat={chat} key={d.key} />
      ))}
      {draft && <Draft text={draft} />}
    </div>
  );
}

const shown = (l: Line) => l.kind === "said" || tells(l.entry);

function OneDay({ of, chat }: { of: Day; chat: Chat }): VNode {
  return (
    <section>
      <h3 class="day">{dayWord(of.at)}</h3>
      {of.parts.map((p) =>
        p.kind === "run" ? (
          <OneRun run={p} chat={chat} key={p.key} />
        ) : (
          <p class="told" key={p.key}>
            {clock(p.at)} · {wordsOf(p.entry)}
          </p>
        ),
      )}
    </section>
  );
}

function OneRun({ run, chat }: { run: Run; chat: Chat }): VNode {
  const last = run.lines.at(-1) as SaidLine;
  return (
    <div class={`run ${run.mine ? "mine" : run.from}`}>
      {run.from !== "visitor" && run.name !== me.value?.public_name && <small class="name">{run.name}</small>}
      {run.lines.map((l) => (
        <Bubble l={l} chat={chat} key={l.key} />
      ))}
      <p class="mark">
        <time class="num">{clock(last.at)}</time>
        <Mark l={last} />
      </p>
    </div>
  );
}

function Bubble({ l, chat }: { l: SaidLine; chat: Chat }): VNode {
  return (
    <article class={`bubble ${l.state}`}>
      {l.from === "visitor" && <span class="hidden-label">{t("desk.visitor")}: </span>}
      <Prose text={l.text} />
      {l.state === "refused" && <Refused l={l} chat={chat} />}
    </article>
  );
}

function Refused({ l, chat }: { l: SaidLine; chat: Chat }): VNode {
  return (
    <p class="refused" role="alert">
      <Warning small /> {l.refused?.title || t("chat.not_sent")}
      <button type="button" class="button" onClick={() => chat.retry(l.key)}>
        {t("desk.try_again")}
      </button>
      <button type="button" class="button quiet" onClick={() => chat.drop(l.key)}>
        {t("chat.take_away")}
      </button>
    </p>
  );
}

/** How far one's own message has come: a shape and a word for each. */
function Mark({ l }: { l: SaidLine }): VNode | null {
  switch (l.state) {
    case "sending":
      return (
        <span>
          <Clock small /> {t("chat.sending")}
        </span>
      );
    case "sent":
      return (
        <span>
          <Check small /> {t("chat.sent")}
        </span>
      );
    case "seen":
      return (
        <span>
          <Checks small /> {t("chat.seen")}
        </span>
      );
    default:
      return null;
  }
}

/** What the visitor is writing (M080): not yet said, so it looks like no message, cannot be selected and is not read out letter by letter. */
function Draft({ text }: { text: string }): VNode {
  return (
    <div class="run visitor draft" aria-live="off">
      <p class="bubble">{text}</p>
      <p class="mark">
        <Pen small /> {t("chat.being_written")}
      </p>
    </div>
  );
}
