import { effect } from "@preact/signals";
import type { VNode } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { t } from "../shared/text";
import { deskKeys } from "./acts";
import { look, pane } from "./layout";
import { Self } from "./self/self";
import { Mine } from "./sessions/mine";
import { mine, offers } from "./state";
import { Waiting } from "./waiting/list";
import { OfferStrip } from "./waiting/offer";
import { Work } from "./work/work";

/** The operator's page: who waits and what is one's own on the left, what is worked on beside it. */
export function Workplace(): VNode {
  useLayoutEffect(deskKeys, []);
  useLayoutEffect(() => {
    // A call of one's own comes to the front of a phone, once.
    let last = "";
    return effect(() => {
      const id = mine.value?.id ?? "";
      if (id !== last && id !== "") look("work");
      last = id;
    });
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
      <Work />
    </main>
  );
}
