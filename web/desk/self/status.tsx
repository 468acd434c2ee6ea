import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Member, Status } from "../../shared/protocol";
import { Check, Cup, Dash, Down, Handset, Ring } from "../../shared/ui/icons";
import { Timer } from "../../shared/ui/parts";
import { Pen } from "../icons";
import { StatusMenu } from "./menu";
import { statusWords } from "./words";

const shapes = {
  offline: Ring,
  online: Check,
  busy: Dash,
  pause: Cup,
  ringing: Handset,
  talking: Handset,
  wrap_up: Pen,
};

/** Shape, words and colour of a status; with the time it has lasted. */
export function StatusWord({ member, timed }: { member: Member; timed?: boolean }): VNode {
  return (
    <span class={`status state-${member.status}`}>
      <StatusShape status={member.status} />
      {statusWords(member)}
      {timed && (
        <strong>
          <Timer from={sinceOf(member)} />
        </strong>
      )}
    </span>
  );
}

export function StatusShape({ status }: { status: Status }): VNode {
  const Shape = shapes[status];
  return <Shape small />;
}

/** A wrap-up has lasted since its oldest session has ended. */
const sinceOf = (m: Member) => (m.status === "wrap_up" ? (m.wrap_up_since ?? m.since) : m.since);

const open = signal(false);

/** The operator's own status: the chip is the control. */
export function StatusChip({ member }: { member: Member }): VNode {
  const chip = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        class={`status-chip state-${member.status}`}
        ref={chip}
        aria-haspopup="dialog"
        aria-expanded={open.value}
        onClick={() => (open.value = !open.value)}
      >
        <StatusShape status={member.status} />
        <span>{statusWords(member)}</span>
        <strong>
          <Timer from={sinceOf(member)} />
        </strong>
        <Down small />
      </button>
      {open.value && <StatusMenu member={member} anchor={chip} close={() => (open.value = false)} />}
    </>
  );
}
