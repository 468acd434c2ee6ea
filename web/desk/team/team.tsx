import { computed, signal } from "@preact/signals";
import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { since } from "../../shared/clock";
import { clock, duration, initials } from "../../shared/format";
import type { Member } from "../../shared/protocol";
import { t, tn } from "../../shared/text";
import { Check, Cup, Ear, Handset, Mask, Search, Warning } from "../../shared/ui/icons";
import { Timer } from "../../shared/ui/parts";
import { maySupervise } from "../account";
import { Chat, Pen } from "../icons";
import { clientName, joined, visitorName } from "../names";
import { Popover } from "../popover";
import { StatusWord } from "../self/status";
import { isFull } from "../self/words";
import { redOfOthers } from "../sessions/silence";
import { people, waiting } from "../state";
import { supervise } from "../supervise/supervise";

type Filter = "all" | "talking" | "chats" | "online" | "finishing" | "away";

/** Remembered in this browser. */
const kept = "sufler.team";
const filter = signal<Filter>((localStorage.getItem(kept) as Filter | null) ?? "all");
const looking = signal("");
/** Whose running time was clicked. */
const chosen = signal("");

const groups: Record<Filter, (m: Member) => boolean> = {
  all: () => true,
  talking: (m) => m.status === "talking" || m.status === "ringing",
  chats: (m) => m.chats > m.wrap_ups,
  online: (m) => m.status === "online",
  finishing: (m) => m.wrap_ups > 0,
  away: (m) => m.status === "pause" || m.status === "offline" || (m.status === "busy" && !isFull(m)),
};

function choose(next: Filter): void {
  filter.value = next;
  localStorage.setItem(kept, next);
}

/** Whom a person supervises now. */
const supervisedBy = (m: Member) => people.value.find((p) => p.supervised_by?.id === m.id);

/** Their visitors who have waited too long for an answer. */
const redOf = (m: Member) => redOfOthers.value.filter((s) => s.operator?.id === m.id);

const startOf = (m: Member) => m.call?.since ?? m.since;

/** Where help may be needed: visitors without an answer first, then those in a talk, the longest on top. */
const shown = computed(() =>
  people.value
    .filter((m) => groups[filter.value](m) && m.name.toLowerCase().includes(looking.value.toLowerCase()))
    .sort(
      (a, b) =>
        Number(redOf(b).length > 0) - Number(redOf(a).length > 0) ||
        Number(b.call !== null) - Number(a.call !== null) ||
        startOf(a).localeCompare(startOf(b)),
    ),
);

export function TeamPage(): VNode {
  const nobody = !people.value.some((m) => m.call);
  return (
    <main class="page team">
      <header class="head">
        <div>
          <h1>{t("desk.team")}</h1>
          <p>
            {tn("desk.people", people.value.length)} · {t(nobody ? "desk.nobody_talks" : "desk.click_time")}
          </p>
        </div>
        <Figures />
      </header>
      <div class="filters">
        <Filters />
        <label class="find">
          <Search small />
          <span class="hidden-label">{t("desk.find_person")}</span>
          <input
            type="search"
            placeholder={t("desk.find_person")}
            value={looking.value}
            onInput={(e) => (looking.value = e.currentTarget.value)}
          />
        </label>
      </div>
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">{t("desk.person")}</th>
            <th scope="col">{t("desk.status")}</th>
            <th scope="col" class="right">
              {t("desk.running")}
            </th>
            <th scope="col">{t("desk.doing")}</th>
            <th scope="col">{t("desk.queue")}</th>
            <th scope="col">{t("desk.supervised_by")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.value.map((m) => (
            <Row m={m} key={m.id} />
          ))}
        </tbody>
      </table>
      {shown.value.length === 0 && <p class="empty">{t("desk.nobody_found")}</p>}
    </main>
  );
}

function Figures(): VNode {
  const longest = waiting.value[0];
  return (
    <dl class="figures">
      <div>
        <dt>{t("desk.waiting")}</dt>
        <dd class={waiting.value.length > 0 ? "waiting num" : "num"}>{waiting.value.length}</dd>
      </div>
      {longest && (
        <div>
          <dt>{t("desk.longest")}</dt>
          <dd class="waiting num">
            <Timer from={longest.since} />
          </dd>
        </div>
      )}
    </dl>
  );
}

const filterIcons = { all: null, talking: Handset, chats: Chat, online: Check, finishing: Pen, away: Cup };

function Filters(): VNode {
  return (
    <>
      {(Object.keys(groups) as Filter[]).map((f) => {
        const Picture = filterIcons[f];
        const n = people.value.filter(groups[f]).length;
        return (
          <button
            type="button"
            key={f}
            class={`button${filter.value === f ? " filled" : ""}`}
            aria-pressed={filter.value === f}
            onClick={() => choose(f)}
          >
            {Picture && <Picture small />} {t(`desk.filter_${f}`)} <span class="num">{n}</span>
          </button>
        );
      })}
    </>
  );
}

function Row({ m }: { m: Member }): VNode {
  return (
    <tr class={m.supervised_by ? "supervised" : ""}>
      <th scope="row">
        <span class="avatar">{initials(m.name)}</span>
        <span>
          <strong>{m.name}</strong>
          <WhereReached m={m} />
        </span>
      </th>
      <td class="of-status">
        <StatusWord member={m} />
      </td>
      <td class="right of-time">
        <Running m={m} />
      </td>
      <td class="of-doing">
        {m.call ? <Doing m={m} /> : besides(m)}
        {redOf(m).map((s) => (
          <span class="red-chat" key={s.id}>
            <Warning small /> {visitorName(s.visitor)}, {t("session.waits_for_answer")}{" "}
            <Timer from={s.unanswered_at ?? s.requested_at} />
          </span>
        ))}
      </td>
      <td class="of-queue">{m.queue}</td>
      <td class="of-supervision">
        <SupervisedBy m={m} />
      </td>
    </tr>
  );
}

/** Where they are reached, and what is amiss with it. Who is offline need not be. */
function WhereReached({ m }: { m: Member }): VNode {
  const browser = m.answer_on === "browser" || (m.answer_on === "both" && m.sound && !m.phone_registered);
  const reached = browser ? m.sound || m.status === "offline" : m.phone_registered;
  const word = browser
    ? reached
      ? "desk.by_browser"
      : "desk.browser_silent"
    : reached
      ? "desk.phone"
      : "desk.phone_lost";
  return (
    <span class={reached ? "" : "trouble"}>
      {m.robot ? `${t("desk.robot")}, ` : ""}
      {t(word, { phone: m.phone })}
    </span>
  );
}

/** What they do besides talking. */
function besides(m: Member): string {
  const chats = m.chats > 0 ? t("desk.chats_of", { n: m.chats, limit: m.chat_limit }) : "";
  const open = joined(chats, m.wrap_ups > 0 ? t("desk.finishing", { n: m.wrap_ups }) : "");
  return open || (m.status === "online" ? t("desk.free_for_all") : "");
}

function Doing({ m }: { m: Member }): VNode {
  const c = m.call;
  const other = supervisedBy(m);
  if (other?.supervised_by) {
    return <span class="by">{t(`desk.supervises_${other.supervised_by.mode}`, { name: other.name })}</span>;
  }
  return (
    <>
      {t("desk.call_with")} <strong>{clientName(c?.with ?? "", c?.number ?? "")}</strong>
    </>
  );
}

function SupervisedBy({ m }: { m: Member }): VNode | null {
  const s = m.supervised_by;
  if (!s) return m.call && !supervisedBy(m) ? <span class="nobody">{t("desk.nobody")}</span> : null;
  return (
    <span class="by">
      <Mask small /> {t(`desk.agent_sees_${s.mode}`, { name: s.name })}{" "}
      <span>{t("desk.since", { time: clock(s.since) })}</span>
    </span>
  );
}

/** The running time of a talk is the way to listen to it (W013). */
function Running({ m }: { m: Member }): VNode {
  const control = useRef<HTMLButtonElement>(null);
  if (m.status !== "talking" || !m.call || supervisedBy(m) || !maySupervise("listen")) {
    return m.status === "offline" ? (
      <span class="nobody">–</span>
    ) : (
      <strong>
        <Timer from={startOf(m)} />
      </strong>
    );
  }
  const label = t("desk.listen_to", { name: m.name, time: duration(since(startOf(m))) });
  return (
    <>
      <button
        type="button"
        class="running-time"
        ref={control}
        aria-haspopup="dialog"
        aria-expanded={chosen.value === m.id}
        onClick={() => (chosen.value = chosen.value === m.id ? "" : m.id)}
      >
        <span class="hidden-label">{label}</span>
        <Timer from={startOf(m)} silent />
      </button>
      {chosen.value === m.id && (
        <Popover anchor={control} close={() => (chosen.value = "")} label={m.name} role="dialog">
          <Choice m={m} />
        </Popover>
      )}
    </>
  );
}

function Choice({ m }: { m: Member }): VNode {
  const join = (mode: "listen" | "whisper") => {
    chosen.value = "";
    if (m.call) void supervise(m.call.id, mode);
  };
  useLayoutEffect(() => {
    const keys = (e: KeyboardEvent) => {
      if (e.code === "KeyL") join("listen");
      if (e.code === "KeyW" && maySupervise("whisper")) join("whisper");
    };
    addEventListener("keydown", keys);
    return () => removeEventListener("keydown", keys);
  });
  return (
    <div class="choice">
      <h2>{m.name}</h2>
      <div>
        <button type="button" class="button big" onClick={() => join("listen")}>
          <Ear /> {t("mode.listen")} <kbd>L</kbd>
        </button>
        {maySupervise("whisper") && (
          <button type="button" class="button prompt big" onClick={() => join("whisper")}>
            <Mask /> {t("mode.whisper")} <kbd>W</kbd>
          </button>
        )}
      </div>
      <p>{t("desk.choice_what")}</p>
    </div>
  );
}
