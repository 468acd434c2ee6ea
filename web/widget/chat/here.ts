import type { Kept } from "../../shared/chat/chat";
import { serverNow, setClock } from "../../shared/clock";
import type { SessionWish, VisitorSession } from "../../shared/protocol";
import { request } from "../../shared/request";
import { language } from "../../shared/text";
import { browserTimers } from "../../shared/transport";
import { consent } from "../consent";
import { fill, person } from "../person";
import { client, here, info, reached } from "../state";
import { browserName, keptChat, place, randomName } from "../store";
import { pageNow, told, visit } from "../visit/main";
import { Conversation } from "./conversation";

const memory = place<Kept>("sessionStorage", "sufler.unsent", (k) =>
  Array.isArray(k.unsent) ? { draft: k.draft ?? "", unsent: k.unsent } : null,
);

const me = () => client(browserName());

/** The one conversation of this page. */
export const conversation = new Conversation({
  visit,
  begin: (id, text, code) =>
    request<VisitorSession>({ ...me(), idempotencyKey: id }, "POST", "/sessions", wish(id, text, code)),
  end: () => request<VisitorSession>(me(), "DELETE", "/sessions/mine"),
  previews: () => info.peek()?.draft_preview === true && consent.peek() !== "refused",
  runs: (on) => keptChat.keep(on ? "yes" : null),
  load: () => memory.load() ?? { draft: "", unsent: [] },
  keep: (k) => {
    memory.keep(k.draft === "" && k.unsent.length === 0 ? null : k);
    if (k.unsent.length > 0) keptChat.keep("yes");
  },
  name: () => randomName(16),
  now: () => new Date(serverNow()).toISOString(),
  reached: (on) => {
    reached.value = on;
  },
  timers: browserTimers,
});

function wish(id: string, text: string, code: string): SessionWish {
  const form = info.peek()?.form;
  const { name, phone, email } = person.peek();
  const asked = (field: "name" | "phone" | "email", typed: string) =>
    form?.[field] === "hidden" && !told.who[field] ? "" : typed.trim();
  return {
    widget: here().widget,
    kind: code === "" ? "chat" : "invitation",
    code,
    name: asked("name", name),
    phone: asked("phone", phone),
    email: asked("email", email),
    language: language.peek(),
    text,
    message_id: text === "" ? "" : id,
    page: pageNow(),
  };
}

/** Follows the visitor's connection, and takes up what was left running. */
export function attachChat(): void {
  visit.listen({
    welcome: (w) => {
      if (visit.now !== null) setClock(new Date(visit.now).toISOString());
      if (w.visitor) fill(w.visitor);
    },
    event: (e) => {
      const i = info.peek();
      if (e.kind === "widget.changed" && i) info.value = { ...i, ...e.data };
    },
  });
  conversation.attach();
  if (keptChat.load() !== null) conversation.resume();
}
