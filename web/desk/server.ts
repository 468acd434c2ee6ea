import { signal } from "@preact/signals";
import type { Event, Problem, Welcome } from "../shared/protocol";
import { language } from "../shared/text";
import { Transport, ways } from "../shared/transport";
import { tabToken } from "./account";

/** The desk's one WebSocket, for those who say and ask something on it. */

/** Grows by one with each welcome; 0 while there is none, so that "the line is new" and "the line is up" are one fact. */
export const welcomed = signal(0);

let transport: Transport | undefined;
let welcomes = 0;

export interface DeskEars {
  welcome(w: Welcome): void;
  event(e: Event): void;
  refused(p: Problem): void;
  link(up: boolean): void;
}

export function connect(ears: DeskEars): void {
  transport = new Transport(
    ways(""),
    () => ({ as: "desk", language: language.value, ...(tabToken() ? { token: tabToken() } : {}) }),
    {
      ...ears,
      welcome: (w) => {
        ears.welcome(w);
        welcomed.value = ++welcomes;
      },
      link: (up) => {
        if (!up) welcomed.value = 0;
        ears.link(up);
      },
    },
  );
  transport.start();
  addEventListener("online", () => transport?.hurry());
}

/** Says something; while the line is lost it is not said. */
export function say(what: string, data: unknown): void {
  transport?.say(what, data);
}

/** Asks something. Throws a Refusal, also when the line is lost before the answer. */
export async function ask<T>(what: string, data: unknown): Promise<T> {
  if (!transport) throw new Error("nobody is logged in");
  return transport.ask<T>(what, data);
}
