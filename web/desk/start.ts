import { effect } from "@preact/signals";
import { setClock } from "../shared/clock";
import { setLink } from "../shared/link";
import { forgetLegs, takeLegEvent } from "./legs";
import { connect, say, welcomed } from "./server";
import { me, notice } from "./session";
import { startSound } from "./sound";
import { meter, takeEvent, watched } from "./state";
import { startSupervision } from "./supervise";

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
