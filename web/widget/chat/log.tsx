import { signal } from "@preact/signals";
import type { VNode } from "preact";
import type { SaidLine, ToldLine } from "../../shared/chat/chat";
import { type Day, days, type Run } from "../../shared/chat/days";
import { clock, day } from "../../shared/format";
import { type Key, t } from "../../shared/text";
import { Check, Checks, Clock, Down, Warning } from "../../shared/ui/icons-plain";
import { Prose } from "../../shared/ui/prose";
import { conversation } from "./here";

/** Whether the newest line is before the reader's eyes: the log follows its end, unless somebody has scrolled up to read. */
const atEnd = signal(true);
let log: HTMLElement | null = null;

export function ChatLog(): VNode {
  const all = days(conversation.chat.lines.value);
  const follow = (box: HTMLElement | null) => {
    log = box;
    if (atEnd.peek()) toEnd();
    readWhileShown();
  };
  return (
    <div class="log-box">
      <div
        class="log"
        role="log"
        aria-label={t("widget.log")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        ref={follow}
        onScroll={() => (atEnd.value = isAtEnd())}
      >
        {all.map((d) => (
          <DayOf key={d.key} day={d} named={all.length > 1 || !isToday(d)} />
        ))}
        {conversation.typing.value && <Typing />}
      </div>
      {!atEnd.value && (
        <button type="button" class="round down" aria-label={t("widget.to_end")} onClick={toEnd}>
          <Down />
        </button>
      )}
    </div>
  );
}

/** Also after one's own line: who writes looks at what they have written. */
export function toEnd(): void {
  if (log) log.scrollTop = log.scrollHeight;
}

function isAtEnd(): boolean {
  return !log || log.scrollHeight - log.scrollTop - log.clientHeight < 40;
}

/** What is before the reader's eyes has been read: in an open panel of a page that is in front. */
function readWhileShown(): void {
  if (!log || conversation.chat.unread.peek() === 0) return;
  if (document.visibilityState === "visible") conversation.chat.read();
  else document.addEventListener("visibilitychange", readWhileShown, { once: true });
}

const isToday = (d: Day) => new Date(d.at).toDateString() === new Date().toDateString();

function DayOf({ day: d, named }: { day: Day; named: boolean }): VNode {
  return (
    <>
      {named && <p class="day">{isToday(d) ? t("widget.today") : day(d.at)}</p>}
      {d.parts.map((p) => (p.kind === "run" ? <Said key={p.key} run={p} /> : <Told key={p.key} line={p} />))}
    </>
  );
}

function Said({ run }: { run: Run }): VNode {
  const last = run.lines.at(-1) as SaidLine;
  return (
    <div class={`run ${run.mine ? "mine" : run.from}`}>
      <span class="hidden-label">{run.mine ? t("widget.you") : run.name}</span>
      {run.lines.map((l) => (
        <Line key={l.key} line={l} />
      ))}
      <p class="stamp">
        {run.from === "operator" && <span aria-hidden="true">{run.name}</span>}{" "}
        <span class="num">{clock(last.at)}</span>
        {run.mine && <Mark state={last.state} />}
      </p>
    </div>
  );
}

function Line({ line }: { line: SaidLine }): VNode {
  return (
    <>
      <div class={`line ${line.state}`}>
        <Prose text={line.text} />
      </div>
      {line.state === "refused" && <Stuck line={line} />}
    </>
  );
}

/** How far one's own line has come, in a shape and a word. */
function Mark({ state }: { state: SaidLine["state"] }): VNode | null {
  switch (state) {
    case "sending":
      return (
        <span>
          <Clock small /> {t("widget.line_sending")}
        </span>
      );
    case "sent":
      return (
        <span>
          <Check small /> {t("widget.line_sent")}
        </span>
      );
    case "seen":
      return (
        <span>
          <Checks small /> {t("widget.line_seen")}
        </span>
      );
    default:
      return null;
  }
}

function Stuck({ line }: { line: SaidLine }): VNode {
  const why = line.refused;
  return (
    <p class="stuck" role="alert">
      <Warning small />
      <span>{why?.title || t("widget.line_refused")}</span>
      <button type="button" class="link" onClick={() => conversation.chat.retry(line.key)}>
        {t("widget.try_again")}
      </button>
      <button type="button" class="link" onClick={() => conversation.chat.drop(line.key)}>
        {t("widget.drop_line")}
      </button>
    </p>
  );
}

/** What happened beside the words, as far as it concerns the visitor. */
function Told({ line }: { line: ToldLine }): VNode | null {
  const words = wordsOf(line);
  return words === "" ? null : <p class="told">{words}</p>;
}

function wordsOf({ entry }: ToldLine): string {
  const say = (key: Key, name: string) => (name === "" ? "" : t(key, { name }));
  switch (entry.kind) {
    case "session.accepted":
      return say("widget.joined", entry.data.name);
    case "session.redirected":
      return say("widget.passed_on", entry.data.to);
    case "session.returned":
      return t("widget.returned");
    default:
      return "";
  }
}

function Typing(): VNode {
  const name = conversation.session.value?.operator?.name ?? "";
  return (
    <p class="told typing" aria-live="off">
      {t("widget.typing", { name })}
    </p>
  );
}
