import { effect } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { since } from "../shared/clock";
import { duration } from "../shared/format";
import { t } from "../shared/text";
import { Back, CallBack, Check, Clock, Close, Hourglass, Logo, Microphone, Warning } from "../shared/ui/icons";
import { callback, running } from "./callback";
import { Form } from "./form";
import { hide } from "./panel";
import { RequestPage } from "./request";
import { button, info, type Page, page, reached, shown } from "./state";
import { bring, canTalk, room, talkHere, talkRuns } from "./talk/door";

/** Everything but the closed button, which is the loader's. */
export function Widget(): VNode | null {
  useEffect(() => effect(labelButton), []);
  if (shown.value) return <Panel />;
  const Bar = room.value?.TalkBar;
  return Bar && talkRuns.value ? <Bar /> : null;
}

/** The closed button says how the request stands, so that a closed panel hides nothing. */
function labelButton(): void {
  button().hidden = shown.value || talkRuns.value;
  const c = callback.value;
  const small = button().querySelector("small");
  if (!c || !running.value || !small) return;
  const words = {
    waiting: "widget.short_waiting",
    agent_found: "widget.short_found",
    ringing: "widget.short_ringing",
  } as const;
  small.textContent =
    c.state === "talking" || c.state === "away"
      ? duration(since(c.talked_at ?? c.created_at))
      : t(words[c.state as keyof typeof words]);
}

const pages: Record<Page, () => VNode> = { rows: Rows, form: Form, request: RequestPage, talk: Talk };

function Panel(): VNode {
  const box = useRef<HTMLDivElement>(null);
  const Body = pages[page.value];
  // A new page begins at its first control; within a request or a talk the focus moves only when what held it has gone.
  useLayoutEffect(() => focusFirst(box.current), [page.value]);
  useLayoutEffect(() => {
    const root = box.current?.getRootNode() as ShadowRoot | undefined;
    if (!root?.activeElement) focusFirst(box.current);
  }, [callback.value?.state, room.value?.here.scene.value]);
  return (
    <div
      class="panel"
      role="dialog"
      aria-modal={matchMedia("(max-width: 480px)").matches}
      aria-label={info.value?.company ?? ""}
      ref={box}
      onKeyDown={(e) => keys(e, box.current)}
    >
      <Head />
      {!reached.value && <Lost />}
      <Body />
    </div>
  );
}

function focusFirst(box: HTMLElement | null): void {
  box?.querySelector<HTMLElement>("[data-first]")?.focus();
}

/** Esc closes. On a phone the panel is the whole screen, and Tab stays in it. */
function keys(e: KeyboardEvent, box: HTMLElement | null): void {
  if (e.key === "Escape") {
    e.stopPropagation();
    hide();
  }
  if (e.key !== "Tab" || !box || box.getAttribute("aria-modal") !== "true") return;
  const stops = [...box.querySelectorAll<HTMLElement>("button, input, a[href]")];
  const [first, last] = [stops[0], stops.at(-1)];
  const at = (box.getRootNode() as ShadowRoot).activeElement;
  const to = e.shiftKey && at === first ? last : !e.shiftKey && at === last ? first : undefined;
  if (to) {
    e.preventDefault();
    to.focus();
  }
}

function Head(): VNode {
  const inForm = page.value === "form";
  const titles = {
    rows: info.value?.company ?? "",
    form: t("widget.call_me"),
    request: t("widget.we_call"),
    talk: t("widget.talk"),
  };
  return (
    <div class="head">
      {inForm ? (
        <button type="button" class="round" aria-label={t("widget.back")} onClick={() => (page.value = "rows")}>
          <Back />
        </button>
      ) : (
        <span class="face">
          <Logo />
        </span>
      )}
      <div>
        <h2>{titles[page.value]}</h2>
        <p>{page.value === "rows" ? <Presence /> : (info.value?.company ?? "")}</p>
      </div>
      <button type="button" class="round" aria-label={t("widget.close")} onClick={hide}>
        <Close />
      </button>
    </div>
  );
}

function Presence(): VNode | null {
  const state = info.value?.state;
  if (!state) return null; // not known yet is not closed
  const shapes = { online: <Check small />, busy: <Hourglass small />, offline: <Clock small /> };
  return (
    <span class={`presence ${state}`}>
      {shapes[state]} {t(`widget.state_${state}`)}
    </span>
  );
}

function Lost(): VNode {
  return (
    <p class="lost" role="status">
      <Warning small /> {t(running.value ? "widget.lost_running" : "widget.lost")}
    </p>
  );
}

/** The talk's page, once its code is there. */
function Talk(): VNode {
  const Page = room.value?.TalkPage;
  return Page ? <Page /> : <Body title={t("widget.connecting")} />;
}

/** The ways to us. */
function Rows(): VNode {
  const i = info.value;
  if (!i) return <Body title={t("widget.connecting")} />;
  const ways = [i.callback.enabled && <CallMeRow key="call" />, canTalk() && <TalkRow key="talk" />].filter(Boolean);
  if (i.state === "offline" || ways.length === 0) {
    return (
      <Body title={t("widget.offline_title")}>
        <p>{t("widget.offline")}</p>
      </Body>
    );
  }
  return (
    <Body title={t(i.state === "busy" ? "widget.busy_title" : "widget.help_title")}>
      {i.state === "busy" && i.callback.enabled && <p>{t("widget.busy")}</p>}
      {ways}
    </Body>
  );
}

function CallMeRow(): VNode {
  return (
    <Row
      icon={<CallBack />}
      title={t("widget.call_me")}
      what={t("widget.call_me_what")}
      open={() => (page.value = "form")}
    />
  );
}

function TalkRow(): VNode {
  return (
    <Row
      icon={<Microphone />}
      title={t("widget.talk")}
      what={t("widget.talk_what")}
      reach={() => void bring()}
      open={() => void talkHere()}
    />
  );
}

function Row(props: { icon: VNode; title: string; what: string; open(): void; reach?(): void }): VNode {
  return (
    <button
      type="button"
      class="row"
      data-first
      onClick={props.open}
      onPointerEnter={props.reach}
      onFocus={props.reach}
    >
      <span class="face">{props.icon}</span>
      <span>
        <strong>{props.title}</strong>
        <span>{props.what}</span>
      </span>
    </button>
  );
}

export function Body(props: { title?: string; children?: ComponentChildren }): VNode {
  return (
    <div class="body">
      {props.title && <h3>{props.title}</h3>}
      {props.children}
    </div>
  );
}
