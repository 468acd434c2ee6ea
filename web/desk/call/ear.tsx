import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ear, earState, listenAt } from "../../shared/ear/ear";
import type { Role } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Ear, SoundOff } from "../../shared/ui/icons";
import { demo } from "../account";

/** In the demo the phones are built in: this page may play what arrives at one of them. */
export function HearPhone({ of, phone }: { of: Role; phone: string }): VNode | null {
  useEffect(() => () => void listenAt(""), []);
  if (!demo.value || phone === "") return null;
  const where = `${of}?phone=${encodeURIComponent(phone)}`;
  const here = ear.value === where;
  return (
    <button type="button" class="button big hear" aria-pressed={here} onClick={() => void listenAt(here ? "" : where)}>
      {here ? <SoundOff /> : <Ear />}
      {t(here ? (earState.value === "playing" ? "desk.hearing" : "desk.hear_opening") : "desk.hear_here", { phone })}
    </button>
  );
}
