import { computed, effect } from "@preact/signals";
import type { Call, Mode } from "../../shared/protocol";
import { t } from "../../shared/text";
import { attempt, call, notice } from "../account";
import { isMe } from "../actions";
import { go } from "../route";
import { here } from "../sound/legs";
import { dropReady, prepareVoice, quietenIn, talk, voiceFor } from "../sound/sound";
import { callByID, myself, running, takeCall } from "../state";

/** What a supervisor does in calls, and when their microphone is open: never while they listen. */

/** The call that the person here supervises. */
export const supervised = computed(() => running.value.find((c) => isMe(c.supervisor?.id)));

/** Joins a call and opens its card; a refusal (taken, ended) says so in the server's words. Who cannot be heard yet begins by listening. */
export async function supervise(id: string, wanted: Mode): Promise<void> {
  const mode = wanted === "listen" || (await mayBeHeard(id)) ? wanted : "listen";
  const joined = await attempt(() => call<{ call: Call | null }>("POST", `/calls/${id}/supervision`, { mode }), id);
  if (!joined) {
    dropReady();
    return;
  }
  if (joined.call) takeCall(joined.call);
  go({ page: "card", call: id });
}

/**
 * The first whisper asks for the microphone, where this page is what will ring. Listening never does. Where a
 * telephone may be picked up instead, nobody is asked and nothing is refused.
 */
async function mayBeHeard(id: string): Promise<boolean> {
  const person = myself.value;
  if (!here.value || person?.answer_on === "phone") return true;
  if (person?.answer_on === "both" && person.phone_registered) return true;
  const trouble = await prepareVoice(id);
  if (!trouble) return true;
  notice.value = { code: trouble, title: t(`sound.${trouble}`), detail: t("desk.listens_instead") };
  return false;
}

/** Without a voice the mode stays; the call's bar says why. */
export async function changeMode(id: string, mode: Mode): Promise<void> {
  if (mode !== "listen" && !(await voiceFor(id))) return;
  const changed = await attempt(() => call("PATCH", `/calls/${id}/supervision`, { mode }).then(() => true), id);
  if (changed ? mode === "listen" : modeOf(id) === "listen") await quietenIn(id);
}

function modeOf(id: string): Mode | undefined {
  const supervisor = callByID(id)?.supervisor;
  return isMe(supervisor?.id) ? supervisor?.mode : undefined;
}

export async function disconnect(id: string): Promise<void> {
  await attempt(() => call("DELETE", `/calls/${id}/supervision`));
}

/** The microphone follows the mode wherever it was changed; a page that was reloaded while it whispered asks for it again. */
export function startSupervision(): void {
  let before: Mode | undefined;
  effect(() => {
    const now = talk.value;
    const mode = now?.quiet && now.call === supervised.value?.id ? supervised.value.supervisor?.mode : undefined;
    if (now && mode === "listen" && before && before !== "listen") void quietenIn(now.call);
    if (now && mode && mode !== "listen" && !before) void voiceFor(now.call);
    before = mode;
  });
}
