import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { AnswerOn, ChosenStatus, Member, Status } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Check, Cup, Dash, Down, Handset, Headset, Hourglass, Ring, Sound } from "../../shared/ui/icons";
import { Timer } from "../../shared/ui/parts";
import { answerOn, setStatus } from "../actions";
import { Popover } from "../popover";
import { openCheck } from "../sound/check";

const shapes = {
  offline: Ring,
  online: Check,
  busy: Dash,
  pause: Cup,
  ringing: Handset,
  talking: Handset,
  wrap_up: Hourglass,
};

/** Shape, word and colour of a status; with the time it has lasted. */
export function StatusWord({ member, timed }: { member: Member; timed?: boolean }): VNode {
  return (
    <span class={`status state-${member.status}`}>
      <StatusShape status={member.status} />
      {t(wordOf(member))}
      {timed && (
        <strong>
          <Timer from={member.since} />
        </strong>
      )}
    </span>
  );
}

/** Busy by having no room for more is another word than busy by choice. */
function wordOf(member: Member) {
  const full = member.status === "busy" && member.chosen !== "busy";
  return full ? "desk.status_full" : (`desk.status_${member.status}` as const);
}

function StatusShape({ status }: { status: Status }): VNode {
  const Shape = shapes[status];
  return <Shape small />;
}

const open = signal(false);
const choices: readonly ChosenStatus[] = ["online", "pause", "busy"];

/** The operator's own status: the chip is the control. */
export function StatusChip({ member }: { member: Member }): VNode {
  const chip = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        class={`status-chip state-${member.status}`}
        ref={chip}
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={() => (open.value = !open.value)}
      >
        <StatusShape status={member.status} />
        <span>{t(wordOf(member))}</span>
        <strong>
          <Timer from={member.since} />
        </strong>
        <Down small />
      </button>
      {open.value && (
        <Popover anchor={chip} close={() => (open.value = false)} label={t("desk.change_status")} role="menu">
          {choices.map((s) => (
            <button
              type="button"
              role="menuitemradio"
              aria-checked={member.chosen === s}
              class="menu-item"
              key={s}
              onClick={() => {
                open.value = false;
                void setStatus(s);
              }}
            >
              <StatusShape status={s} />
              {t(`desk.status_${s}`)}
              {member.chosen === s && <Check small />}
            </button>
          ))}
          <p class="menu-head">{t("desk.answer_on")}</p>
          {answers.map((a) => (
            <button
              type="button"
              role="menuitemradio"
              aria-checked={member.answer_on === a}
              class="menu-item"
              key={a}
              onClick={() => {
                open.value = false;
                void answerOn(a);
              }}
            >
              {a === "phone" ? <Handset small /> : <Headset small />}
              <AnswerWord where={a} member={member} />
              {member.answer_on === a && <Check small />}
            </button>
          ))}
          <button
            type="button"
            role="menuitem"
            class="menu-item apart"
            onClick={() => {
              open.value = false;
              openCheck();
            }}
          >
            <Sound small />
            {t("desk.check_sound")}
          </button>
        </Popover>
      )}
    </>
  );
}

const answers: readonly AnswerOn[] = ["browser", "phone", "both"];

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
