import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { t, tn } from "../../shared/text";
import { Handset, Hourglass } from "../../shared/ui/icons";
import { Chat, Dots, List } from "../icons";
import { look, pane, show, tab } from "../layout";
import { missed } from "../missed/missed";
import { go, route } from "../route";
import { unreadTotal } from "../sessions/chats";
import { openCall } from "../sessions/open";
import { own } from "../sessions/sessions";
import { waiting } from "../state";
import { Menu, menuAt } from "./menu";

/** On a phone the parts of the desk are at the thumb. */
export function Bottom(): VNode {
  const control = useRef<HTMLButtonElement>(null);
  const desk = route.value.page === "desk";
  const at = pane.value;
  return (
    <nav class="bottom" aria-label={t("desk.parts")}>
      <Part
        word={t("desk.waiting")}
        icon={<Hourglass />}
        here={desk && at === "waiting"}
        n={waiting.value.length}
        look="waiting"
        to={() => look("waiting")}
      />
      <Part
        word={t("desk.mine")}
        icon={<List />}
        here={desk && at === "mine"}
        n={own.value.length}
        to={() => look("mine")}
      />
      <Part
        word={t("chat.chat")}
        icon={<Chat />}
        here={desk && at === "work" && tab.value !== "call"}
        n={unreadTotal.value}
        said={tn("session.unread", unreadTotal.value)}
        to={() => show("chat")}
      />
      {openCall.value && (
        <Part
          word={t("desk.call")}
          icon={<Handset />}
          here={desk && at === "work" && tab.value === "call"}
          n={openCall.value.state === "ended" ? 0 : 1}
          to={() => show("call")}
        />
      )}
      <button
        type="button"
        ref={control}
        aria-haspopup="dialog"
        aria-expanded={menuAt.value === "bottom"}
        aria-current={desk ? undefined : "page"}
        onClick={() => (menuAt.value = menuAt.value === "bottom" ? "" : "bottom")}
      >
        <Dots />
        {t("desk.more")}
        {missed.value.length > 0 && <span class="badge waiting">{missed.value.length}</span>}
      </button>
      {menuAt.value === "bottom" && <Menu anchor={control} pages />}
    </nav>
  );
}

function Part(props: {
  word: string;
  icon: VNode;
  here: boolean;
  n: number;
  said?: string;
  look?: string;
  to(): void;
}): VNode {
  return (
    <button
      type="button"
      aria-current={props.here ? "page" : undefined}
      onClick={() => {
        props.to();
        go({ page: "desk" });
      }}
    >
      {props.icon}
      {props.word}
      {props.n > 0 && (
        <span class={`badge ${props.look ?? ""}`}>
          <span aria-hidden={props.said !== undefined}>{props.n}</span>
          {props.said && <span class="hidden-label">{props.said}</span>}
        </span>
      )}
    </button>
  );
}
