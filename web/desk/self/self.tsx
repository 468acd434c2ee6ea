import type { VNode } from "preact";
import type { Member } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Handset, Headset, Sound, Warning } from "../../shared/ui/icons";
import { answerOn } from "../actions";
import { offerCheck, openCheck, putOffCheck } from "../sound/check";
import { held, here } from "../sound/legs";
import { useSoundHere } from "../sound/sound";
import { myself } from "../state";
import { StatusChip } from "./status";

/** The operator's own corner: the status, and in words where calls ring. */
export function Self(): VNode | null {
  const person = myself.value;
  if (!person) return null;
  return (
    <section class="self" aria-label={t("desk.my_status")}>
      <StatusChip member={person} />
      {person.answer_on !== "phone" && <BrowserMark />}
      {person.answer_on !== "browser" && <PhoneMark person={person} />}
      {offerCheck.value && person.answer_on !== "phone" && <CheckOffer />}
    </section>
  );
}

function BrowserMark(): VNode {
  if (here.value) {
    return (
      <p class="sound-mark here">
        <Headset small /> {t("desk.rings_here")}
      </p>
    );
  }
  return (
    <>
      <p class={held.value ? "sound-mark" : "sound-mark trouble"}>
        {held.value ? <Headset small /> : <Warning small />}
        {t(held.value ? "desk.rings_in_other_tab" : "desk.rings_in_no_tab")}
      </p>
      <button type="button" class="button wide" onClick={() => void useSoundHere()}>
        <Sound small /> {t("desk.sound_here")}
      </button>
    </>
  );
}

/** A phone that is away, with the other way to answer. */
function PhoneMark({ person }: { person: Member }): VNode {
  if (person.phone_registered) {
    return (
      <p>
        <Handset small /> {t("desk.answers_on", { phone: person.phone })}
      </p>
    );
  }
  return (
    <>
      <p class="trouble">
        <Warning small /> {t("desk.phone_away", { phone: person.phone })}
      </p>
      {person.answer_on === "phone" && (
        <button type="button" class="button wide" onClick={() => void answerOn("browser")}>
          {t("desk.answer_in_browser")}
        </button>
      )}
    </>
  );
}

/** Offered once in a browser; the status menu has it ever after. */
function CheckOffer(): VNode {
  return (
    <div class="check-offer">
      <p>{t("desk.check_offer")}</p>
      <button type="button" class="button" onClick={openCheck}>
        {t("desk.check_sound")}
      </button>
      <button type="button" class="button quiet" onClick={putOffCheck}>
        {t("desk.later")}
      </button>
    </div>
  );
}
