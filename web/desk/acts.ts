import { may } from "./account";
import { accept } from "./actions";
import { openDialog } from "./dialogs";
import { handle } from "./keys/keys";
import { show } from "./layout";
import { openCall, openSession, step } from "./sessions/open";
import { ringing } from "./sound/legs";
import { offers } from "./state";
import { end } from "./work/acts";

/** What the desk's keys do while the operator's page is open. Each answers whether the key was for it. */
export function deskKeys(): () => void {
  const stops = [
    handle("accept", () => {
      const first = offers.peek()[0];
      if (!first || ringing.peek().length > 0) return false;
      void accept(first.place.id);
      return true;
    }),
    handle("previous", () => step(-1)),
    handle("next", () => step(1)),
    handle("client", () => toTab("client")),
    handle("call", () => openCall.peek() !== undefined && toTab("call")),
    handle("templates", () => toTab("templates")),
    handle("redirect", () => withActive((id) => openDialog({ what: "redirect", session: id }))),
    handle("ban", () => may.peek().has("visitor.ban") && withActive((id) => openDialog({ what: "ban", session: id }))),
    handle("end", endOpen),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function toTab(name: "client" | "call" | "templates"): boolean {
  if (!openSession.peek() && !openCall.peek()) return false;
  show(name);
  return true;
}

function withActive(what: (session: string) => void): boolean {
  const s = openSession.peek();
  if (s?.state !== "active") return false;
  what(s.id);
  return true;
}

function endOpen(): boolean {
  const s = openSession.peek();
  if (!s) return false;
  if (s.state === "wrap_up") openDialog({ what: "finish", session: s.id });
  else void end(s);
  return true;
}
