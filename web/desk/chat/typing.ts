import { say } from "../server";

/** Tells the visitor that somebody is writing: again while it goes on, and once when it stops. */

const again = 3000;
const stopsAfter = 5000;

let on = "";
let toldAt = 0;
let stop: ReturnType<typeof setTimeout> | undefined;

export function typing(session: string, text: string): void {
  if (text === "") {
    stopTyping();
    return;
  }
  if (on !== session) stopTyping();
  if (on === "" || performance.now() - toldAt > again) {
    on = session;
    toldAt = performance.now();
    say("chat.typing", { session, on: true });
  }
  clearTimeout(stop);
  stop = setTimeout(stopTyping, stopsAfter);
}

export function stopTyping(): void {
  clearTimeout(stop);
  if (on === "") return;
  say("chat.typing", { session: on, on: false });
  on = "";
}
