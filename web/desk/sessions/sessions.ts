import { batch, computed, signal } from "@preact/signals";
import type { Event, Session } from "../../shared/protocol";
import { me } from "../account";
import { finish } from "../state";

/** The sessions that this desk knows, kept whole by the server's events. Only this file writes them. */

export const sessions = signal<readonly Session[]>([]);
/** What visitors are writing at this moment. It is never kept. */
export const drafts = signal<ReadonlyMap<string, string>>(new Map());

const open = (s: Session) => s.state === "active" || s.state === "wrap_up";

export const own = computed(() => sessions.value.filter((s) => open(s) && s.operator?.id === me.value?.id));
export const toFinish = computed(() => own.value.filter((s) => s.state === "wrap_up"));

export function sessionByID(id: string): Session | undefined {
  return sessions.value.find((s) => s.id === id);
}

/** The session of a call, if this desk knows it. */
export function sessionOfCall(call: string): Session | undefined {
  return sessions.value.find((s) => s.call === call && call !== "");
}

/** A session as a request answered it, or as it has changed. What is closed is no longer of the desk. */
export function takeSession(s: Session): void {
  if (s.state === "closed") {
    forget(s.id);
    return;
  }
  const known = sessions.value.some((x) => x.id === s.id);
  sessions.value = known ? sessions.value.map((x) => (x.id === s.id ? s : x)) : [...sessions.value, s];
}

function takeDraft(session: string, text: string): void {
  if ((drafts.value.get(session) ?? "") === text) return;
  const all = new Map(drafts.value);
  if (text === "") all.delete(session);
  else all.set(session, text);
  drafts.value = all;
}

/** Its call goes with it, or it would stand there alone. */
function forget(id: string): void {
  const call = sessionByID(id)?.call;
  if (call) finish(call);
  sessions.value = sessions.value.filter((s) => s.id !== id);
  takeDraft(id, "");
}

/** One word of the server, in order. */
export function takeSessionEvent(e: Event): void {
  batch(() => {
    switch (e.kind) {
      case "desk.snapshot":
        sessions.value = e.data.sessions ?? [];
        drafts.value = new Map(); // those who are still writing are told again with their next key
        break;
      case "session.changed":
        takeSession(e.data);
        break;
      case "session.left":
        forget(e.data.id);
        break;
      case "entry.added":
        // What was being written has become this message.
        if (e.data.entry.kind === "chat.said" && e.data.entry.data.from === "visitor") takeDraft(e.data.session, "");
        break;
      case "draft.changed":
        takeDraft(e.data.session, e.data.text);
        break;
      default:
        break;
    }
  });
}
