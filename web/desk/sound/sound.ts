import { effect, signal } from "@preact/signals";
import { serverNow } from "../../shared/clock";
import type { Leg } from "../../shared/protocol";
import { Conversation } from "../../shared/sound/conversation";
import { chosen, devices, outputFor, watchDevices } from "../../shared/sound/devices";
import { howlGuard } from "../../shared/sound/howl";
import {
  type MicrophoneTrouble,
  openMicrophone,
  permission,
  troubleOf,
  type Voice,
} from "../../shared/sound/microphone";
import { audio, playSamples, unlock, unlockByTouch, unlocked } from "../../shared/sound/output";
import { recordedVoice } from "../../shared/sound/recorded";
import { louder, ring } from "../../shared/sound/tones";
import { attempt, demo } from "../account";
import { notices } from "../notices/choice";
import { ask, say, welcomed } from "../server";
import { endLeg, held, here, isCheck, legByID, legs, ringing } from "./legs";

/**
 * What this tab does with its person's sound: it takes the sound once it may
 * make any, answers, comes back after a reload or a lost line, and lets go when
 * another tab takes over. One talk at a time.
 */

export interface Talk {
  readonly leg: string;
  readonly call: string;
  /** Nobody is to hear this person before they want it: no microphone is asked for. */
  readonly quiet: boolean;
  /** The call ran before this page did: it was reloaded, or another tab had it. */
  readonly resumed: boolean;
  readonly conversation: Conversation;
}

export const talk = signal<Talk | null>(null);
/** RFC 3339, when the line of the talk was lost; "" while it stands. */
export const lostAt = signal("");
/** The line has come back a moment ago. */
export const isBack = signal(false);
/** Waits for leave to play: another tab of this browser has an open microphone, and the two would howl. */
export const howlAsked = signal<Leg | null>(null);

const backFor = 6000;
const readyFor = 30_000;
const guard = howlGuard();
/** In the demo, once it was chosen in place of a microphone. */
let recordedInstead = false;
/** The welcome since which this tab holds the sound. */
let takenIn = 0;
/** A voice that was allowed before its leg has come. */
let ready: { call: string; voice: Voice; limit: ReturnType<typeof setTimeout> } | undefined;

export function startSound(): void {
  unlockByTouch();
  watchDevices();
  effect(takeWhenFree);
  effect(letGo);
  effect(followLegs);
  effect(followLine);
  effect(sayBack);
  effect(ringOut);
  effect(() => guard.hold(talk.value?.conversation.voice.value?.kind === "microphone"));
  addEventListener("online", () => talk.peek()?.conversation.line.renew());
}

/** Moves the sound here, also in a call. A click is what calls it, so it may make sound too. */
export async function useSoundHere(): Promise<void> {
  await unlock();
  await take(true);
}

async function take(force: boolean): Promise<void> {
  const since = welcomed.peek();
  const answer = await attempt(() => ask<{ here: boolean }>("sound.take", { force }));
  if (!answer?.here || welcomed.peek() !== since) return;
  takenIn = since;
  here.value = held.value = true;
  const line = talk.peek()?.conversation.line;
  if (line?.state.peek() === "lost") line.renew(); // the server can be reached again: no pause is waited for
}

/** Nobody is offered calls where they could not hear them. A call that runs is taken up all the same; the bar says what is missing. */
function takeWhenFree(): void {
  if (welcomed.value === 0 || here.value) return;
  if (talk.value) void take(true);
  else if (!held.value && (unlocked.value || legs.value.some(runs))) void take(false);
}

/** Another tab has the sound now: the call goes on there. */
function letGo(): void {
  if (here.value || !held.value || takenIn === 0 || takenIn !== welcomed.value) return;
  takenIn = 0;
  drop();
}

const runs = (l: Leg) => !isCheck(l) && l.state !== "rings" && l.state !== "ended";

/** Takes up what runs without a page and what is expected, and puts away what has ended. */
function followLegs(): void {
  const now = talk.value;
  const all = legs.value;
  if (now) {
    if (all.some((l) => l.id === now.leg && l.state === "ended")) drop();
    return;
  }
  if (!here.value || howlAsked.value) return;
  const left = all.find(runs);
  const wanted = all.find((l) => !isCheck(l) && l.state === "rings" && l.expected);
  if (left) void begin(left);
  else if (wanted) void answer(wanted);
}

/** Answers a leg; in the demo not before it is clear that nothing howls. */
export async function answer(leg: Leg): Promise<void> {
  await unlock();
  if (demo.value && (await guard.wouldHowl())) {
    howlAsked.value = leg;
    return;
  }
  await begin(leg);
}

/** The person has headphones on. */
export async function answerAllTheSame(): Promise<void> {
  const leg = howlAsked.peek();
  howlAsked.value = null;
  const now = leg && legByID(leg.id);
  if (now && now.state === "rings") await begin(now);
}

export function decline(leg: string): void {
  if (howlAsked.peek()?.id === leg) howlAsked.value = null;
  say("sound.end", { leg });
}

/** Offers at once where the microphone needs no leave. Else the leg is answered when there is a voice, or words in its place. */
async function begin(leg: Leg): Promise<void> {
  if (talk.peek()) return;
  const conversation = new Conversation(leg.id, { offer });
  const now: Talk = { leg: leg.id, call: leg.call, quiet: leg.quiet, resumed: runs(leg), conversation };
  talk.value = now;
  if (leg.quiet) {
    const voice = takeReady(leg.call);
    if (voice) await conversation.speakWith(voice);
    conversation.open();
    return;
  }
  const allowed = runs(leg) || (devices.peek().microphones.length > 0 && (await permission()) === "granted");
  if (allowed) conversation.open();
  const speaks = recordedInstead ? await speakRecorded(now) : await conversation.speak();
  if (speaks && !allowed) conversation.open();
}

async function offer(leg: string, sdp: string): Promise<string> {
  return (await ask<{ sdp: string }>("sound.offer", { leg, sdp })).sdp;
}

/** Asks for the microphone once more, and answers with it. */
export async function tryAgain(now: Talk): Promise<void> {
  if (await now.conversation.speak()) now.conversation.open();
}

/** In the demo: the operator's recorded half of a talk in place of a microphone. */
export async function useRecorded(now: Talk): Promise<void> {
  recordedInstead = true;
  if (await speakRecorded(now)) now.conversation.open();
}

async function speakRecorded(now: Talk): Promise<boolean> {
  await now.conversation.speakWith(await recordedVoice("/api/v1/demo/voice/agent.wav"));
  return true;
}

/** Makes sure that one is heard in a call when the mode lets it: the first whisper asks for the microphone. false: there is none, and the talk says why. */
export async function voiceFor(call: string): Promise<boolean> {
  const now = talk.peek();
  if (now?.call !== call || now.conversation.voice.peek()) return true; // by phone, or it is there
  if (recordedInstead) return speakRecorded(now);
  return now.conversation.speak();
}

/** Back to listening: the microphone is closed, not only muted. */
export async function quietenIn(call: string): Promise<void> {
  const now = talk.peek();
  if (now?.call === call && now.quiet) await now.conversation.quieten(); // also one that is still being asked for
}

/** Asks for the microphone before the leg of a call is there: who begins with a whisper. */
export async function prepareVoice(call: string): Promise<MicrophoneTrouble | null> {
  takeReady("")?.close();
  try {
    const voice = await openMicrophone({ device: chosen.peek().microphone, clean: chosen.peek().clean });
    ready = { call, voice, limit: setTimeout(dropReady, readyFor) };
    return null;
  } catch (e) {
    return troubleOf(e);
  }
}

/** The voice for a call, or, for "", whatever there is. */
function takeReady(call: string): Voice | undefined {
  const now = ready;
  if (!now || (call !== "" && now.call !== call)) return undefined;
  clearTimeout(now.limit);
  ready = undefined;
  return now.voice;
}

/** Nobody came for the voice: the phone was picked up instead, or nothing was. */
export function dropReady(): void {
  takeReady("")?.close();
}

export function hangUpHere(now: Talk): void {
  say("sound.end", { leg: now.leg });
  endLeg(now.leg); // first, or what has no talk any more would be taken up again
  drop();
}

/** One talk at a time: the one that runs ends for the one that rings. */
export async function hangUpAndAnswer(now: Talk, leg: Leg): Promise<void> {
  hangUpHere(now);
  await answer(leg);
}

/** Ends the talk on this page; the leg is the server's. */
function drop(): void {
  const now = talk.peek();
  talk.value = null;
  isBack.value = false;
  now?.conversation.close();
}

/** Rings where calls are answered, and stops for the first one that is. */
function ringOut(): (() => void) | undefined {
  const volume = notices.value.volume.call;
  if (!here.value || !unlocked.value || talk.value || ringing.value.length === 0 || volume === 0) return undefined;
  return playSamples(louder(ring(audio().sampleRate), volume), outputFor("ring"), true);
}

/** What is said of the line: since when it is lost, and that it is back. What the server has ended is not tried again. */
function followLine(): void {
  const now = talk.value;
  const state = now?.conversation.line.state.value;
  if (!now || state === "connected" || state === "connecting") lostAt.value = "";
  if (state === "lost" && lostAt.peek() === "") lostAt.value = new Date(serverNow()).toISOString();
  const code = now?.conversation.line.trouble.value?.code;
  if (code === "leg_ended" || code === "leg_unknown" || code === "sound_elsewhere") drop();
}

let saying: ReturnType<typeof setTimeout> | undefined;

function sayBack(): void {
  const now = talk.value;
  const line = now?.conversation.line;
  const connected = line?.state.value === "connected";
  if (!connected || !(now?.resumed || (line?.returns.value ?? 0) > 0)) return;
  isBack.value = true;
  clearTimeout(saying);
  saying = setTimeout(() => {
    isBack.value = false;
  }, backFor);
}
