import { computed, signal } from "@preact/signals";
import { observe, serverNow, setClock } from "../shared/clock";
import { phoneNumber } from "../shared/format";
import { link, setLink } from "../shared/link";
import type { Call, Event, Guard, Meter, Mode, Problem, Prompt, Role, Stage } from "../shared/protocol";
import { Refusal, request } from "../shared/request";
import { language, t } from "../shared/text";
import { Transport, ways } from "../shared/transport";

/** What the stage knows of its one call. The view reads the signals and calls the three acts at the end. */

export const stage = signal<Stage | null>(null);
export const call = signal<Call | null>(null);
export const meter = signal<Meter | null>(null);
export const prompt = signal<(Prompt & { until: number }) | null>(null);
export const trouble = signal<Problem | null>(null);
/** The mode that was asked for and does not hold yet. */
export const wanted = signal<Mode | "">("");

export const mode = computed<Mode | "">(() => call.value?.supervisor?.mode ?? "");
export const talking = computed(() => call.value?.state === "talking");

export const roles: readonly Role[] = ["client", "agent", "supervisor"];

/** Below this a voice counts as silent on the page. */
const audible = -50;
const silence = -90;

const noGuard: Guard = { outside: 0, granted: 0, stopped: 0 };
export const guard = computed(() => meter.value?.guard ?? noGuard);

export function partyOf(role: Role): string {
  const c = call.value;
  if (!c) return "";
  return { client: c.client.party, agent: c.agent?.party ?? "", supervisor: c.supervisor?.party ?? "" }[role];
}

const roleWords = { client: "role.client", agent: "role.agent", supervisor: "role.prompter" } as const;

/** Who plays the role. Of the client only a number may be known; then the role is the name. */
export function personOf(role: Role): { name: string; phone: string } {
  const found = stage.value?.ears.find((e) => e.role === role);
  const nameless = !found || /^[+\d ]*$/.test(found.name);
  return nameless
    ? { name: t(roleWords[role]), phone: found?.phone || found?.name || "" }
    : { name: found.name, phone: found.phone };
}

/** What stands under the name: the role where the name does not say it, and the phone. */
export function lineOf(role: Role): string {
  const { name, phone } = personOf(role);
  const word = t(roleWords[role]);
  return [name === word ? "" : word, phoneNumber(phone)].filter((s) => s !== "").join(" · ");
}

/** Whether the applied matrix lets listener hear speaker. */
export function granted(listener: Role, speaker: Role): boolean {
  const [l, s] = [partyOf(listener), partyOf(speaker)];
  return call.value?.hears.some((h) => h.listener === l && h.speaker === s) ?? false;
}

/** Nothing is shown as heard while the line to the server is down. */
export function levelOf(role: Role): { dbfs: number; peak: number } {
  if (link.value.state !== "up") return { dbfs: silence, peak: silence };
  const found = meter.value?.levels.find((l) => l.party === partyOf(role));
  return { dbfs: found?.dbfs ?? silence, peak: found?.peak_dbfs ?? silence };
}

export function framesOf(listener: Role, speaker: Role): number {
  return framesIn(meter.value, partyOf(listener), partyOf(speaker));
}

function framesIn(m: Meter | null, listener: string, speaker: string): number {
  return m?.cells.find((c) => c.listener === listener && c.speaker === speaker)?.frames ?? 0;
}

/** One piece of 200 ms of the client's ear. */
export interface Piece {
  agent: number;
  prompter: number;
  prompterSpeaks: boolean;
}
export const pieces = 50;
export const ribbon = signal<Piece[]>([]);

/** What reached the client since the meter before: a speaker's level if frames of theirs were counted, else silence. */
function pieceOf(before: Meter, now: Meter): Piece {
  const client = partyOf("client");
  const reached = (role: Role) => {
    const more = framesIn(now, client, partyOf(role)) > framesIn(before, client, partyOf(role));
    return more ? levelOf(role).dbfs : silence;
  };
  return {
    agent: reached("agent"),
    prompter: reached("supervisor"),
    prompterSpeaks: levelOf("supervisor").dbfs > audible,
  };
}

function takeCall(c: Call): void {
  if (c.id !== call.value?.id) {
    meter.value = null;
    ribbon.value = [];
  }
  call.value = c;
  if (c.supervisor?.mode === wanted.value) wanted.value = "";
}

function takeMeter(m: Meter): void {
  if (m.call !== call.value?.id) return;
  const before = meter.value;
  meter.value = m;
  if (before && talking.value) ribbon.value = [...ribbon.value, pieceOf(before, m)].slice(-pieces);
  if (prompt.value && prompt.value.until < serverNow()) prompt.value = null;
}

/** One word of the server, in order. */
export function takeEvent(e: Event): void {
  observe(e.at);
  switch (e.kind) {
    case "call.changed":
      // The stage follows one call; when it is over the next one takes its place.
      if (e.data.state !== "ended" || e.data.id === call.value?.id) takeCall(e.data);
      break;
    case "call.metered":
      takeMeter(e.data);
      break;
    case "prompt.said":
      prompt.value = { ...e.data, until: serverNow() + e.data.length_ms + 1500 };
      break;
    default:
      break;
  }
}

async function load(): Promise<void> {
  await attempt(async () => {
    const s = await request<Stage>({ language: language.value }, "GET", "/demo/stage");
    stage.value = s;
    if (s.call) takeCall(s.call);
  });
}

export function start(): void {
  const transport = new Transport(ways(""), () => ({ as: "stage" }), {
    welcome: (w) => {
      setClock(w.now);
      void load();
    },
    event: takeEvent,
    refused: (p) => {
      trouble.value = p;
    },
    link: setLink,
  });
  transport.start();
}

async function attempt(what: () => Promise<void>): Promise<void> {
  try {
    await what();
    trouble.value = null;
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    trouble.value = e.problem;
  }
}

export async function setMode(next: Mode): Promise<void> {
  if (next === mode.value) return;
  wanted.value = next;
  await attempt(async () => {
    await request({ language: language.value }, "PUT", "/demo/stage/mode", { mode: next });
  });
  if (trouble.value) wanted.value = "";
}

export async function sayPrompt(): Promise<void> {
  await attempt(async () => {
    const said = await request<Prompt>({ language: language.value }, "POST", "/demo/stage/prompt");
    prompt.value = { ...said, until: serverNow() + said.length_ms + 1500 };
  });
}
