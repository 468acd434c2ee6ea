import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { clock, count, decibels, duration, phoneNumber } from "../../shared/format";
import type { Call, Device, Mode, Role } from "../../shared/protocol";
import { t, tMaybe } from "../../shared/text";
import { Back, Barge, Check, Close, Ear, Handset, Headset, Mask, Warning } from "../../shared/ui/icons";
import { Meter, RecordMark, Timer } from "../../shared/ui/parts";
import { attempt, call, may, maySupervise, me } from "../account";
import { isMe, nextCallOf } from "../actions";
import { talkedMs } from "../call/bar";
import { Devices, Mute, OwnLevel } from "../call/controls";
import { HearPhone } from "../call/ear";
import { clientName } from "../names";
import { address } from "../route";
import { type Talk, talk } from "../sound/sound";
import { callByID, meter, myself, takeCall, watched } from "../state";
import { Comment } from "./comment";
import { MatrixWords } from "./matrix";
import { changeMode, disconnect, supervise } from "./supervise";

/** The supervisor's card of a call: it stays when the call has ended (W021). */
export function CardPage({ id }: { id: string }): VNode {
  const c = callByID(id);
  const comment = useSignal<string | null>(null);
  useEffect(() => {
    watched.value = id;
    void attempt(() => call<Call>("GET", `/calls/${id}`)).then((found) => {
      if (!found) return;
      comment.value = found.comment; // one's own: events, which go to many, do not carry it
      if (!callByID(id)) takeCall(found);
    });
    return () => {
      watched.value = "";
    };
  }, []);
  if (!c) return <main class="page card" />;
  return <Card c={c} comment={comment.value} />;
}

function Card({ c, comment }: { c: Call; comment: string | null }): VNode {
  const mine = isMe(c.supervisor?.id) && c.state !== "ended";
  useEffect(() => {
    const key = (e: KeyboardEvent) => cardKey(e, c, mine);
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  });
  return (
    <main class="page card">
      <Head c={c} mine={mine} />
      <div class="columns">
        <section class="levels" aria-label={t("desk.levels")}>
          <Levels c={c} mine={mine} />
          <h2>{t("matrix.title")}</h2>
          <MatrixWords hears={(l, s) => hears(c, l, s)} names={namesOf(c, mine)} silent={c.state === "ended"} />
          <Counts />
        </section>
        <section class="modes" aria-label={t("desk.modes")}>
          <Banner c={c} mine={mine} />
          {mine && talk.value?.call === c.id && <OwnSound of={talk.value} />}
          {mine ? <Modes c={c} /> : <Join c={c} />}
          {mine && c.supervisor?.by !== "browser" && <HearPhone of="supervisor" phone={me.value?.phone ?? ""} />}
        </section>
        <div class="notes">
          {may.value.has("comment.write") && comment !== null && <Comment id={c.id} text={comment} />}
          <Facts c={c} />
        </div>
      </div>
    </main>
  );
}

/** L, W, B change the mode, Esc leaves; not while somebody writes the comment. */
function cardKey(e: KeyboardEvent, c: Call, mine: boolean): void {
  const typing = e.target instanceof HTMLElement && e.target.closest("input, textarea, select, [popover]");
  if (!mine || typing || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
  const modes: Record<string, Mode> = { KeyL: "listen", KeyW: "whisper", KeyB: "barge" };
  const mode = modes[e.code];
  if (mode && maySupervise(mode)) void changeMode(c.id, mode);
  else if (e.code === "Escape") void disconnect(c.id);
}

function partyOf(c: Call, role: Role): string {
  return { client: c.client.party, agent: c.agent?.party ?? "", supervisor: c.supervisor?.party ?? "" }[role];
}

function hears(c: Call, listener: Role, speaker: Role): boolean {
  const [l, s] = [partyOf(c, listener), partyOf(c, speaker)];
  return l !== "" && s !== "" && c.hears.some((h) => h.listener === l && h.speaker === s);
}

function namesOf(c: Call, mine: boolean): Record<Role, string> {
  return {
    client: t("role.client"),
    agent: c.agent?.name.split(" ")[0] ?? t("role.agent"),
    supervisor: mine ? t("desk.you") : (c.supervisor?.name.split(" ")[0] ?? t("role.prompter")),
  };
}

function Head({ c, mine }: { c: Call; mine: boolean }): VNode {
  return (
    <header class="head">
      <a class="button square big" href={address({ page: "team" })} aria-label={t("desk.back_to_team")}>
        <Back />
      </a>
      <div>
        <h1>
          {t("desk.who_and_whom", {
            agent: c.agent?.name ?? t("role.agent"),
            client: clientName(c.client.name, c.client.number),
          })}
        </h1>
        <p>{[t(`desk.kind_${c.kind}`), c.queue].filter(Boolean).join(" · ")}</p>
      </div>
      <span class="space" />
      {c.recorded && c.state !== "ended" && <RecordMark />}
      <span class={`big-time num ${c.state === "talking" ? "talk" : ""}`}>
        <Handset />
        {c.state === "ended" ? duration(talkedMs(c)) : <Timer from={c.talked_at ?? c.started_at} />}
      </span>
      {mine && (
        <button type="button" class="button big" onClick={() => void disconnect(c.id)}>
          <Close /> {t("desk.disconnect")} <kbd>Esc</kbd>
        </button>
      )}
    </header>
  );
}

const pictures = { client: Handset, agent: Headset, supervisor: Mask };

function Levels({ c, mine }: { c: Call; mine: boolean }): VNode {
  const names = namesOf(c, mine);
  const there: Role[] = c.supervisor ? ["client", "agent", "supervisor"] : ["client", "agent"];
  return (
    <>
      <h2>{t("desk.levels")}</h2>
      {there.map((role) => {
        const Picture = pictures[role];
        const level = meter.value?.levels.find((l) => l.party === partyOf(c, role));
        const dbfs = c.state === "ended" ? -60 : Math.max(-60, level?.dbfs ?? -60);
        const whom = there.filter((s) => s !== role && hears(c, role, s)).map((s) => names[s]);
        return (
          <div class="level" key={role}>
            <span class="avatar">
              <Picture small />
            </span>
            <div>
              <h3>{role === "supervisor" && mine ? t("desk.you_prompter") : names[role]}</h3>
              <p>{t("desk.hears", { who: whom.join(", ") || t("desk.nobody") })}</p>
            </div>
            <strong class="num">{decibels(dbfs)}</strong>
            <Meter
              dbfs={dbfs}
              peak={level?.peak_dbfs ?? -60}
              prompter={role === "supervisor"}
              tall
              label={names[role]}
            />
            <Scale />
          </div>
        );
      })}
    </>
  );
}

function Scale(): VNode {
  return (
    <span class="scale num" aria-hidden="true">
      <i>−60</i>
      <i>−40</i>
      <i>−20</i>
      <i>−10</i>
      <i>0 dB</i>
    </span>
  );
}

function Counts(): VNode {
  const g = meter.value?.guard;
  return (
    <dl class="counts">
      <div>
        <dt>{t("desk.frames_to_client")}</dt>
        <dd class="num">{g ? count(g.outside) : "–"}</dd>
      </div>
      <div>
        <dt>{t("desk.with_your_voice")}</dt>
        <dd class={`num${g && g.granted > 0 ? " prompter" : ""}`}>{g ? count(g.granted) : "–"}</dd>
      </div>
    </dl>
  );
}

/** Before it is known what answers, it is what was chosen. */
const byBrowser = (by: Device) => by === "browser" || (by === "" && myself.value?.answer_on === "browser");

/** Who hears the supervisor now, in words that cannot be missed. */
function Banner({ c, mine }: { c: Call; mine: boolean }): VNode {
  const agent = c.agent?.name.split(" ")[0] ?? t("role.agent");
  if (c.state === "ended") {
    return (
      <div class="banner ended" role="status">
        <Check />
        <div>
          <strong>{t("desk.call_ended", { time: clock(c.ended_at ?? c.started_at, true) })}</strong>
          <span>{tMaybe(`cause.${c.cause}`, c.cause)}</span>
        </div>
      </div>
    );
  }
  if (!mine) {
    return (
      <div class="banner" role="status">
        <Ear />
        <div>
          <strong>
            {t(c.supervisor ? "desk.another_is_here" : "desk.not_connected", { name: c.supervisor?.name ?? "" })}
          </strong>
          {c.supervisor && <span>{t("desk.since", { time: clock(c.supervisor.since) })}</span>}
        </div>
      </div>
    );
  }
  if (c.supervisor?.state === "ringing") {
    return (
      <div class="banner" role="status">
        <Handset />
        <div>
          <strong>
            {t(byBrowser(c.supervisor.by) ? "desk.line_opens" : "desk.your_phone_rings", { phone: c.supervisor.phone })}
          </strong>
          {!byBrowser(c.supervisor.by) && <span>{t("desk.pick_up_to_hear")}</span>}
        </div>
      </div>
    );
  }
  const mode = c.supervisor?.mode ?? "listen";
  const Picture = { listen: Ear, whisper: Mask, barge: Warning }[mode];
  return (
    <div class={`banner ${mode}`} role="status">
      <Picture />
      <div>
        <strong>{t(mode === "barge" ? "desk.everybody_hears" : "desk.client_cannot_hear")}</strong>
        <span>{t(`desk.promise_${mode}`, { agent })}</span>
      </div>
    </div>
  );
}

/** One's own microphone: closed while one listens, large while one speaks. */
function OwnSound({ of }: { of: Talk }): VNode {
  const open = of.conversation.voice.value !== null;
  return (
    <div class={`panel-box own-sound${open ? " open" : ""}`}>
      <h2>{t(open ? "desk.your_microphone" : "desk.microphone_closed")}</h2>
      {open && <OwnLevel of={of} tall />}
      <div class="controls">
        {open && <Mute of={of} />}
        <Devices of={of} />
      </div>
    </div>
  );
}

/** Those that the person here may use. */
const rowsHere = () => modeRows.filter((m) => maySupervise(m.mode));

const modeRows: readonly { mode: Mode; icon: typeof Ear; key: string }[] = [
  { mode: "listen", icon: Ear, key: "L" },
  { mode: "whisper", icon: Mask, key: "W" },
  { mode: "barge", icon: Barge, key: "B" },
];

function Modes({ c }: { c: Call }): VNode {
  const now = c.supervisor?.mode;
  const group = useRef<HTMLDivElement>(null);
  const arrows = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const rows = rowsHere();
    const to = (rows.findIndex((m) => m.mode === now) + step + rows.length) % rows.length;
    const next = rows[to];
    if (next) void changeMode(c.id, next.mode);
    group.current?.querySelectorAll<HTMLElement>("[role=radio]")[to]?.focus();
  };
  return (
    <div class="panel-box" role="radiogroup" tabIndex={-1} aria-label={t("desk.mode")} ref={group} onKeyDown={arrows}>
      <h2>{t("desk.mode")}</h2>
      {rowsHere().map((m) => (
        // biome-ignore lint/a11y/useSemanticElements: a radio input cannot hold two lines and a key
        <button
          type="button"
          role="radio"
          key={m.mode}
          aria-checked={now === m.mode}
          tabIndex={now === m.mode ? 0 : -1}
          class={`mode-row ${m.mode}`}
          onClick={() => void changeMode(c.id, m.mode)}
        >
          <m.icon />
          <span>
            <strong>{t(`mode.${m.mode}`)}</strong>
            <span>{t(`desk.mode_${m.mode}_what`)}</span>
          </span>
          <kbd>{m.key}</kbd>
        </button>
      ))}
    </div>
  );
}

/** Not in the call: join it, or, when it has ended, be there for the next one of the same person (W022). */
function Join({ c }: { c: Call }): VNode | null {
  const armed = useSignal(false);
  const person = c.agent?.id ?? "";
  const next = nextCallOf(person, c.id);
  useEffect(() => {
    if (!armed.value || !next) return;
    armed.value = false;
    void supervise(next, "listen");
  }, [next, armed.value]);
  if (!maySupervise("listen")) return null;
  if (c.state === "ended") {
    const name = c.agent?.name ?? "";
    return (
      <div class="panel-box">
        <button
          type="button"
          class="button big wide"
          aria-pressed={armed.value}
          onClick={() => (armed.value = !armed.value)}
        >
          <Ear /> {t(armed.value ? "desk.waits_for_next" : "desk.listen_next", { name })}
        </button>
        <a class="button big wide" href={address({ page: "record", call: c.id })}>
          {t("desk.open_record")}
        </a>
      </div>
    );
  }
  if (c.supervisor) return null;
  return (
    <div class="panel-box">
      <button type="button" class="button big wide" onClick={() => void supervise(c.id, "listen")}>
        <Ear /> {t("mode.listen")}
      </button>
      {maySupervise("whisper") && (
        <button type="button" class="button prompt big wide" onClick={() => void supervise(c.id, "whisper")}>
          <Mask /> {t("mode.whisper")}
        </button>
      )}
    </div>
  );
}

const deviceOf = (a: { by: Device; phone: string }) =>
  a.by === "browser" ? t("desk.by_browser") : t("desk.phone", { phone: a.phone });

function Facts({ c }: { c: Call }): VNode {
  return (
    <section class="panel-box">
      <h2>{t("desk.facts")}</h2>
      <dl class="facts">
        <dt>{t("role.client")}</dt>
        <dd>{c.client.name || t("desk.not_given")}</dd>
        {c.client.number && (
          <>
            <dt>{t("desk.number")}</dt>
            <dd class="num">{phoneNumber(c.client.number)}</dd>
          </>
        )}
        <dt>{t("role.agent")}</dt>
        <dd>{c.agent ? `${c.agent.name}, ${deviceOf(c.agent)}` : "–"}</dd>
        {c.queue && (
          <>
            <dt>{t("desk.queue")}</dt>
            <dd>{c.queue}</dd>
          </>
        )}
        <dt>{t("desk.begun")}</dt>
        <dd class="num">{clock(c.started_at, true)}</dd>
        {c.talked_at && (
          <>
            <dt>{t("desk.talk_since")}</dt>
            <dd class="num">{clock(c.talked_at, true)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
