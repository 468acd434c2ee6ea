import { effect, signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { until } from "../shared/clock";
import { duration, languageName } from "../shared/format";
import type { Call, Offer, Place } from "../shared/protocol";
import { t, tMaybe } from "../shared/text";
import { CallBack, Check, Handset, Headset, Hourglass, Logo, Mask } from "../shared/ui/icons";
import { Timer } from "../shared/ui/parts";
import { demo, may, me } from "./account";
import { accept, skip } from "./actions";
import { CallView } from "./call/call";
import { clientName } from "./names";
import { Self } from "./self/self";
import { ringing } from "./sound/legs";
import { mine, myself, offers, waiting } from "./state";

/** On a phone one column at a time: the lists, or the call. */
export const pane = signal<"list" | "call">("list");

/** The operator's page: who waits on the left, the call beside it. */
export function Workplace(): VNode {
  useEffect(() => {
    const key = (e: KeyboardEvent) => acceptByKey(e);
    addEventListener("keydown", key);
    // A call of one's own comes to the front, once.
    let last = "";
    const stop = effect(() => {
      const id = mine.value?.id ?? "";
      if (id !== last) pane.value = id === "" ? "list" : "call";
      last = id;
    });
    return () => {
      removeEventListener("keydown", key);
      stop();
    };
  }, []);
  return (
    <main class={`desk pane-${pane.value}`}>
      <h1 class="hidden-label">{t("desk.desk")}</h1>
      <div class="column">
        <Self />
        {offers.value.map((o) => (
          <OfferStrip offer={o} key={o.place.id} />
        ))}
        <Mine />
        <Waiting />
      </div>
      <div class="work">{mine.value ? <CallView c={mine.value} /> : <Nothing />}</div>
    </main>
  );
}

/** A takes the offer, unless somebody is typing. By the key's place, so that it works in every layout. */
function acceptByKey(e: KeyboardEvent): void {
  const typing = e.target instanceof HTMLElement && e.target.closest("input, textarea, select");
  const first = offers.value[0];
  if (e.code !== "KeyA" || typing || !first || ringing.peek().length > 0 || e.ctrlKey || e.metaKey || e.altKey) return;
  e.preventDefault();
  void accept(first.place.id);
}

/** What came by what way: a place that waits by voice is a page that talks. */
const kinds = { callback: "callback", voice: "web", phone: "phone", internal: "internal", web: "web" } as const;
const kindsOf = (kind: string) => kinds[kind as keyof typeof kinds] ?? "callback";
const kindOf = (kind: string) => t(`desk.kind_${kindsOf(kind)}`);
const joined = (...words: string[]) => words.filter((w) => w !== "").join(" · ");

function KindPicture({ kind }: { kind: string }): VNode {
  const Picture = { callback: CallBack, web: Headset, phone: Handset, internal: Handset }[kindsOf(kind)];
  return <Picture />;
}

/** Who is offered to this operator, and for how long. It covers nothing and takes no focus. */
function OfferStrip({ offer }: { offer: Offer }): VNode {
  const p = offer.place;
  const left = until(offer.ends_at);
  return (
    <section class="offer" role="alert" aria-label={t("desk.offer_title")}>
      <header>
        <KindPicture kind={p.kind} />
        <h2>{clientName(p.name, p.number)}</h2>
        <span class="num" aria-hidden="true">
          {duration(left + 999)}
        </span>
      </header>
      <p>{joined(kindOf(p.kind), p.queue, languageName(p.language))}</p>
      <div>
        <button type="button" class="button go big" onClick={() => void accept(p.id)}>
          <Check /> {t("desk.accept")} <kbd>A</kbd>
        </button>
        <button type="button" class="button quiet big" onClick={() => void skip(p.id)}>
          {t("desk.skip")}
        </button>
      </div>
      <span class="left">
        <i style={{ transform: `scaleX(${Math.min(1, left / 20_000)})` }} />
      </span>
    </section>
  );
}

function Mine(): VNode {
  const c = mine.value;
  return (
    <section class="list" aria-labelledby="mine">
      <h2 id="mine">
        {t("desk.mine")} {c && <span class="badge">1</span>}
      </h2>
      {c ? (
        <MyRow c={c} />
      ) : (
        <p class="empty">{t(myself.value?.status === "pause" ? "desk.mine_pause" : "desk.mine_empty")}</p>
      )}
    </section>
  );
}

function MyRow({ c }: { c: Call }): VNode {
  return (
    <button type="button" class="line chosen" onClick={() => (pane.value = "call")}>
      <span class="tile">
        <KindPicture kind={c.kind} />
      </span>
      <span class="who">
        <strong>{clientName(c.client.name, c.client.number)}</strong>
        <span>{joined(kindOf(c.kind), c.queue, t(`desk.short_${c.state}`))}</span>
        {c.supervisor && (
          <span class="prompting">
            <Mask small /> {t(`desk.agent_sees_${c.supervisor.mode}`, { name: c.supervisor.name })}
          </span>
        )}
      </span>
      {c.state !== "ended" && (
        <span class="time talk">
          <Handset small />
          <Timer from={c.talked_at ?? c.started_at} />
        </span>
      )}
    </button>
  );
}

function Waiting(): VNode {
  const all = waiting.value;
  return (
    <section class="list" aria-labelledby="waiting">
      <h2 id="waiting">
        {t("desk.waiting")} {all.length > 0 && <span class="badge waiting">{all.length}</span>}
        {all.length > 1 && <small>{t("desk.longest_first")}</small>}
      </h2>
      {all.length === 0 && <NobodyWaits />}
      <ul>
        {all.map((p) => (
          <WaitingRow p={p} key={p.id} />
        ))}
      </ul>
    </section>
  );
}

function NobodyWaits(): VNode {
  return (
    <p class="empty">
      {t("desk.nobody_waits")}{" "}
      {demo.value ? (
        <a href="/demo/" target="sufler-shop">
          {t("desk.open_shop")}
        </a>
      ) : (
        t("desk.put_widget")
      )}
    </p>
  );
}

function WaitingRow({ p }: { p: Place }): VNode {
  const offered = offers.value.some((o) => o.place.id === p.id);
  return (
    <li class="line">
      <span class="tile">
        <KindPicture kind={p.kind} />
      </span>
      <div class="who">
        <strong>{clientName(p.name, p.number)}</strong>
        <span>{joined(kindOf(p.kind), p.queue, languageName(p.language))}</span>
        {p.why && <span class="why">{tMaybe(`why.${p.why.code}`, "", p.why.params)}</span>}
        {may.value.has("waiting.accept") && !offered && p.state !== "accepted" && (
          <button type="button" class="button" onClick={() => void accept(p.id)}>
            {t("desk.accept")}
          </button>
        )}
      </div>
      <span class="time waiting">
        <Hourglass small />
        <Timer from={p.since} />
      </span>
    </li>
  );
}

const freeWhat = { phone: "desk.free_what", browser: "desk.free_what_browser", both: "desk.free_what_both" } as const;

/** Nothing is open: what that means depends on the status, and on where calls ring. */
function Nothing(): VNode {
  const status = myself.value?.status ?? "offline";
  const away = status === "pause" || status === "busy" || status === "offline";
  const what = away ? "desk.away_what" : freeWhat[myself.value?.answer_on ?? "phone"];
  return (
    <div class="nothing">
      <Logo />
      <h2>{t(away ? "desk.away" : "desk.free")}</h2>
      <p>{t(what, { phone: me.value?.phone ?? "" })}</p>
    </div>
  );
}
