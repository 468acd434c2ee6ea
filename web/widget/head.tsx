import type { VNode } from "preact";
import { t } from "../shared/text";
import { Back, Check, Clock, Close, Hourglass, Leave, Logo } from "../shared/ui/icons-plain";
import { conversation } from "./chat/here";
import { hide } from "./panel";
import { info, leaving, type Page, page, refusal } from "./state";

/** Who one is with, how that stands, and the ways out. */
export function Head(): VNode {
  const at = page.value;
  const { title, line } = words(at);
  return (
    <div class="head">
      {rooms.includes(at) ? <BackButton /> : <Face />}
      <div>
        <h2>{title}</h2>
        <p>{line ?? <Presence />}</p>
      </div>
      {at === "chat" && conversation.ends.value && (
        <button type="button" class="round" aria-label={t("widget.end")} onClick={() => (leaving.value = true)}>
          <Leave />
        </button>
      )}
      <button type="button" class="round" aria-label={t("widget.close")} onClick={hide}>
        <Close />
      </button>
    </div>
  );
}

/** Pages that one goes into from the rows, and back. */
const rooms: readonly Page[] = ["form", "chat", "code", "message", "consent"];

function BackButton(): VNode {
  const back = () => {
    refusal.value = null;
    page.value = "rows";
  };
  return (
    <button type="button" class="round" aria-label={t("widget.back")} onClick={back}>
      <Back />
    </button>
  );
}

function Face(): VNode {
  return (
    <span class="face">
      <Logo />
    </span>
  );
}

/** An operator's name stands there from when they have come, and not before. */
function words(at: Page): { title: string; line: string | null } {
  const company = info.value?.company ?? "";
  switch (at) {
    case "form":
      return { title: t("widget.call_me"), line: company };
    case "request":
      return { title: t("widget.we_call"), line: company };
    case "talk":
      return { title: t("widget.talk"), line: company };
    case "code":
      return { title: t("widget.code"), line: company };
    case "message":
      return { title: t("widget.message"), line: company };
    case "chat": {
      const operator = conversation.session.value?.operator;
      return operator
        ? { title: operator.name, line: operator.description || company }
        : { title: company, line: null };
    }
    default:
      return { title: company, line: null };
  }
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
