import { effect } from "@preact/signals";
import type { Event, Place, Session } from "../../shared/protocol";
import { outputFor } from "../../shared/sound/devices";
import { audio, playSamples, unlocked } from "../../shared/sound/output";
import { knock, louder, ring, tap } from "../../shared/sound/tones";
import { t } from "../../shared/text";
import { me } from "../account";
import { kindWord } from "../kind";
import { chatShown } from "../layout";
import { clientName, joined, visitorName } from "../names";
import { go } from "../route";
import { choose, openSession } from "../sessions/open";
import { sessionByID } from "../sessions/sessions";
import { ringing } from "../sound/legs";
import { talk } from "../sound/sound";
import { myself, offers } from "../state";
import { type Noise, notices } from "./choice";
import { isLeader, startLeading } from "./leader";

/** Tells of what has come, by sound and by the system's own notices, where it would not be seen anyway. */

export function startNotices(): void {
  startLeading(me.peek()?.id ?? "");
  effect(ringForOffers);
  let silenced = myself.peek()?.unanswered ?? false;
  effect(() => {
    const now = myself.value?.unanswered ?? false;
    if (now && !silenced) setToPause();
    silenced = now;
  });
}

const looksHere = () => document.visibilityState === "visible" && document.hasFocus();
const isCall = (p: Place) => p.kind !== "chat" && p.kind !== "invitation";

/** A call is rung for until somebody takes it; a leg that rings does so by itself. */
function ringForOffers(): (() => void) | undefined {
  const volume = notices.value.volume.call;
  const wanted = offers.value.some((o) => isCall(o.place)) && ringing.value.length === 0 && !talk.value;
  if (!wanted || volume === 0 || !unlocked.value || !isLeader()) return undefined;
  const rate = audio().sampleRate;
  return playSamples(louder(ring(rate), volume), outputFor("ring"), true);
}

function play(what: Exclude<Noise, "call">): void {
  const volume = notices.peek().volume[what];
  if (volume === 0 || !unlocked.peek() || !isLeader()) return;
  const rate = audio().sampleRate;
  playSamples(louder(what === "chat" ? knock(rate) : tap(rate), volume), outputFor("ring"));
}

/** One word of the server, after the desk has taken it. */
export function takeNoticeEvent(e: Event): void {
  if (e.kind === "offer.made") offered(e.data.place);
  if (e.kind !== "entry.added" || e.data.entry.kind !== "chat.said" || e.data.entry.data.from !== "visitor") return;
  const s = sessionByID(e.data.session);
  if (s && s.operator?.id === me.peek()?.id) said(s, e.data.entry.data.text);
}

function setToPause(): void {
  play("message");
  popup("pause", t("desk.set_to_pause"), t("desk.set_to_pause_what"), () => go({ page: "desk" }));
}

function offered(p: Place): void {
  if (!isCall(p)) play("chat");
  const name = clientName(p.name, p.number, p.visitor_number);
  popup(p.id, t("notices.waits", { name }), joined(kindWord(p.kind), p.queue), () => go({ page: "desk" }));
}

/** Nothing tells of what is being read at this moment. */
function said(s: Session, text: string): void {
  if (looksHere() && chatShown.peek() && openSession.peek()?.id === s.id) return;
  play("message");
  popup(s.id, visitorName(s.visitor), text.slice(0, 120), () => {
    go({ page: "desk" });
    choose(s.id);
  });
}

/** Several tabs of one person give their notice one name, so it is shown once. */
function popup(tag: string, title: string, body: string, clicked: () => void): void {
  if (!notices.peek().popups || looksHere() || typeof Notification === "undefined") return;
  if (Notification.permission !== "granted") return;
  const shown = new Notification(title, { body, tag, silent: true });
  shown.onclick = () => {
    window.focus();
    shown.close();
    clicked();
  };
}
