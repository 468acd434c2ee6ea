import looks from "sheet:./widget.css";
import { Component, type ComponentType, type VNode } from "preact";
import { t, tn } from "../shared/text";
import { Warning } from "../shared/ui/icons-plain";
import { Body } from "./body";
import { call, callback, running } from "./call/door";
import { picking } from "./chat/composer";
import { conversation } from "./chat/here";
import { ChatPage } from "./chat/view";
import { Head } from "./head";
import { more } from "./more/door";
import { hide } from "./panel";
import { Rows } from "./rows";
import { followKeyboard } from "./screen";
import { button, here, info, type Page, page, reached, root, shown } from "./state";
import { room, talkRuns } from "./talk/door";

export { looks };

/** Everything but the closed button, which is the loader's. */
export function Widget(): VNode | null {
  labelButton();
  if (shown.value) return <Panel />;
  const Bar = room.value?.TalkBar;
  if (Bar && talkRuns.value) return <Bar />;
  const unread = conversation.chat.unread.value;
  return (
    <p class="hidden-label" role="status">
      {unread > 0 && tn("widget.unread", unread)}
    </p>
  );
}

/** The closed button says how what runs stands, so that a closed panel hides nothing. */
function labelButton(): void {
  button().hidden = shown.value || talkRuns.value;
  button().className = info.value?.state ?? "";
  const words = shortWords();
  const small = button().querySelector("small");
  button().toggleAttribute("data-said", words !== "");
  if (words === "") here().label();
  else if (small) small.textContent = words;
}

function shortWords(): string {
  const unread = conversation.chat.unread.value;
  if (unread > 0) return tn("widget.unread", unread);
  const c = callback.value;
  if (c && running.value) return call.here.value?.shortWords(c) ?? "";
  if (conversation.runs.value)
    return t(conversation.scene.value === "active" ? "widget.short_chat" : "widget.short_queue");
  return "";
}

/** What each page shows; one whose code is not here yet says that it comes. */
function pageOf(at: Page): ComponentType {
  switch (at) {
    case "rows":
      return Rows;
    case "consent":
      return more.here.value?.Asking ?? Coming;
    case "chat":
      return ChatPage;
    case "form":
      return call.here.value?.Form ?? Coming;
    case "request":
      return call.here.value?.RequestPage ?? Coming;
    case "talk":
      return room.value?.TalkPage ?? Coming;
    case "code":
      return more.here.value?.CodePage ?? Coming;
    case "message":
      return more.here.value?.MessagePage ?? Coming;
  }
}

function Coming(): VNode {
  return <Body title={t("widget.connecting")} />;
}

let panel: HTMLElement | null = null;

const keepPanel = (box: HTMLElement | null) => {
  panel = box;
  followKeyboard(box);
};

function Panel(): VNode {
  const Page = pageOf(page.value);
  return (
    <div
      class={`panel at-${page.value}`}
      role="dialog"
      aria-modal={matchMedia("(max-width: 480px)").matches}
      aria-label={info.value?.company ?? ""}
      ref={keepPanel}
      onKeyDown={keys}
    >
      <Focus key={page.value + Page.name} />
      <Head />
      {!reached.value && <Lost />}
      <Page />
    </div>
  );
}

/** A new page begins at its first control; within one the focus moves only when what held it has gone. */
class Focus extends Component {
  /** What the page begins with may still be on its way. */
  private waits = true;

  override componentDidMount(): void {
    const first = panel?.querySelector<HTMLElement>("[data-first]");
    this.waits = !first;
    first?.focus();
  }

  override getSnapshotBeforeUpdate(): boolean {
    return this.waits || root().activeElement !== null;
  }

  override componentDidUpdate(_before: unknown, _state: unknown, held: boolean): void {
    if (held && !root().activeElement) this.componentDidMount();
  }

  render(): null {
    return null;
  }
}

/** Esc closes: what is open in the panel first. On a phone the panel is the whole screen, and Tab stays in it. */
function keys(e: KeyboardEvent): void {
  const box = panel;
  if (e.key === "Escape") {
    e.stopPropagation();
    if (picking.value) picking.value = false;
    else hide();
  }
  if (e.key !== "Tab" || !box || box.getAttribute("aria-modal") !== "true") return;
  const stops = [...box.querySelectorAll<HTMLElement>("button, input, textarea, a[href], [tabindex='0']")];
  const [first, last] = [stops[0], stops.at(-1)];
  const at = root().activeElement;
  const to = e.shiftKey && at === first ? last : !e.shiftKey && at === last ? first : undefined;
  if (to) {
    e.preventDefault();
    to.focus();
  }
}

function Lost(): VNode {
  const words = () => {
    if (conversation.runs.value) return t("widget.lost_chat");
    return t(running.value ? "widget.lost_running" : "widget.lost");
  };
  return (
    <p class="lost" role="status">
      <Warning small /> {words()}
    </p>
  );
}
