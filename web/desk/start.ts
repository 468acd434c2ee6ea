import { effect } from "@preact/signals";
import { setClock } from "../shared/clock";
import { setLink } from "../shared/link";
import { me, notice } from "./account";
import { connect, say, welcomed } from "./server";
import { forgetLegs, takeLegEvent } from "./sound/legs";
import { startSound } from "./sound/sound";
import { meter, takeEvent, watched } from "./state";
import { startSupervision } from "./supervise/supervise";

/** Puts the desk on the server's line: who is told what, and what is said anew after each welcome. */
export function start(): void {
  startSound();
  startSupervision();
  connect({
    welcome: (w) => {
      setClock(w.now);
      forgetLegs();
    },
    event: (e) => {
      takeEvent(e);
      takeLegEvent(e);
    },
    refused: (p) => {
      notice.value = p;
      me.value = null;
    },
    link: setLink,
  });
  effect(() => {
    const call = watched.value;
    meter.value = null;
    if (welcomed.value > 0) say("watch", { call });
  });
}
