import { effect } from "@preact/signals";
import { setClock } from "../shared/clock";
import { setLink } from "../shared/link";
import type { Event } from "../shared/protocol";
import { me, notice } from "./account";
import { startFinishing } from "./finish/own";
import { startKeys } from "./keys/keys";
import { loadOwn, takeKeysEvent } from "./keys/own";
import { startLayout } from "./layout";
import { loadMissed, takeMissedEvent } from "./missed/missed";
import { startNotices, takeNoticeEvent } from "./notices/notices";
import { connect, say, welcomed } from "./server";
import { startChats, takeChatEvent } from "./sessions/chats";
import { startFollowing } from "./sessions/follow";
import { startChoosing } from "./sessions/open";
import { takeSessionEvent } from "./sessions/sessions";
import { takeSettingEvent } from "./settings/door";
import { forgetLegs, takeLegEvent } from "./sound/legs";
import { startSound } from "./sound/sound";
import { meter, takeEvent, watched } from "./state";
import { startSupervision } from "./supervise/supervise";
import { startVisitors, takeVisitorEvent } from "./visitors/visitors";
import { loadWords, takeWordsEvent } from "./words/words";

/** Each is told every word of the server, in this order. */
const readers: readonly ((e: Event) => void)[] = [
  takeEvent,
  takeLegEvent,
  takeSessionEvent,
  takeChatEvent,
  takeMissedEvent,
  takeWordsEvent,
  takeKeysEvent,
  takeVisitorEvent,
  takeNoticeEvent,
  takeSettingEvent,
];

/** Puts the desk on the server's line: who is told what, and what is said anew after each welcome. */
export function start(): void {
  startLayout();
  startKeys();
  startSound();
  startSupervision();
  startChats();
  startFollowing();
  startChoosing();
  startFinishing();
  startNotices();
  startVisitors();
  connect({
    welcome: (w) => {
      setClock(w.now);
      forgetLegs();
    },
    event: (e) => {
      for (const read of readers) read(e);
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
  // What is not told by events is asked for when the line is new.
  effect(() => {
    if (welcomed.value === 0) return;
    void loadWords();
    void loadOwn();
    void loadMissed();
  });
}
