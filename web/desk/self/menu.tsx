import type { ComponentChildren, RefObject, VNode } from "preact";
import { useRef } from "preact/hooks";
import type { AnswerOn, ChosenStatus, Member } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Check, Cup, Handset, Headset, Sound } from "../../shared/ui/icons";
import { answerOn, setStatus } from "../actions";
import { openDialog } from "../dialogs";
import { Bell } from "../icons";
import { Popover } from "../popover";
import { openCheck } from "../sound/check";
import { StatusShape } from "./status";

const answers: readonly AnswerOn[] = ["browser", "phone", "both"];
/** Reasons of a pause that most people have; others are typed. */
const reasons = ["lunch", "training", "meeting"] as const;

/** Whether one is there for visitors, where one answers, and what one is told by. */
export function StatusMenu(props: { member: Member; anchor: RefObject<HTMLElement | null>; close(): void }): VNode {
  const { member, close } = props;
  const choose = (status: ChosenStatus, reason = "") => {
    close();
    void setStatus(status, reason);
  };
  return (
    <Popover anchor={props.anchor} close={close} label={t("desk.change_status")} role="dialog">
      <div role="radiogroup" aria-label={t("desk.my_status")}>
        <Choice on={member.chosen === "online"} choose={() => choose("online")}>
          <StatusShape status="online" /> {t("desk.status_online")}
        </Choice>
        <Choice on={member.chosen === "pause" && member.reason === ""} choose={() => choose("pause")}>
          <StatusShape status="pause" /> {t("desk.status_pause")}
        </Choice>
        {reasons.map((r) => (
          <Choice
            key={r}
            inner
            on={member.chosen === "pause" && member.reason === t(`desk.reason_${r}`)}
            choose={() => choose("pause", t(`desk.reason_${r}`))}
          >
            {t(`desk.reason_${r}`)}
          </Choice>
        ))}
        <OtherReason choose={(reason) => choose("pause", reason)} />
        <Choice on={member.chosen === "busy"} choose={() => choose("busy")}>
          <StatusShape status="busy" /> {t("desk.status_busy")}
        </Choice>
      </div>
      <p class="menu-head">{t("desk.answer_on")}</p>
      <div role="radiogroup" aria-label={t("desk.answer_on")}>
        {answers.map((a) => (
          <Choice
            key={a}
            on={member.answer_on === a}
            choose={() => {
              close();
              void answerOn(a);
            }}
          >
            {a === "phone" ? <Handset small /> : <Headset small />}
            <AnswerWord where={a} member={member} />
          </Choice>
        ))}
      </div>
      <Item
        does={() => {
          close();
          openCheck();
        }}
      >
        <Sound small /> {t("desk.check_sound")}
      </Item>
      <Item
        does={() => {
          close();
          openDialog({ what: "notices" });
        }}
      >
        <Bell small /> {t("notices.title")}
      </Item>
    </Popover>
  );
}

function Choice(props: { on: boolean; inner?: boolean; choose(): void; children: ComponentChildren }): VNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a radio input cannot hold an icon and act at once
    <button
      type="button"
      role="radio"
      aria-checked={props.on}
      class={`menu-item${props.inner ? " inner" : ""}`}
      onClick={props.choose}
    >
      {props.children}
      {props.on && <Check small />}
    </button>
  );
}

function Item({ does, children }: { does(): void; children: ComponentChildren }): VNode {
  return (
    <button type="button" class="menu-item apart" onClick={does}>
      {children}
    </button>
  );
}

function OtherReason({ choose }: { choose(reason: string): void }): VNode {
  const field = useRef<HTMLInputElement>(null);
  return (
    <form
      class="other-reason"
      onSubmit={(e) => {
        e.preventDefault();
        const reason = field.current?.value.trim() ?? "";
        if (reason !== "") choose(reason);
      }}
    >
      <Cup small />
      <input ref={field} maxLength={60} aria-label={t("desk.other_reason")} placeholder={t("desk.other_reason")} />
    </form>
  );
}

/** A phone that is away is said to be, where it is chosen. */
function AnswerWord({ where, member }: { where: AnswerOn; member: Member }): VNode {
  const away = where !== "browser" && !member.phone_registered;
  return (
    <span>
      {t(`desk.answer_${where}`, { phone: member.phone })}
      {away && <small class="trouble">{t("desk.not_registered", { phone: member.phone })}</small>}
    </span>
  );
}
