import type { WidgetInfo, WidgetState } from "../../shared/protocol";
import { request } from "../../shared/request";
import { browserTimers } from "../../shared/transport";
import type { Mount } from "../mount";
import { browserName, keptGreeting, mayKeep } from "../store";
import { Commands, type Told } from "./commands";
import { Greeter } from "./greeter";
import { hideHint, showHint } from "./hint";
import { app, told, visit } from "./main";

/** The customer's page and the visitor's connection: what the page says and asks to be told, and the greeting on it. */

let at: Mount;
let state: WidgetState;
let greeter: Greeter;

const commands = new Commands({
  open: (door) => void at.open(true, door),
  close: () => app?.close(),
  speak: (language) => {
    at.data.language = language;
    at.label();
    app?.language();
  },
  parameters: (all) => {
    Object.assign(told.parameters, all);
    if (visit.up) setParameters();
  },
  identify: (who) => {
    Object.assign(told.who, who);
    app?.identify();
    if (visit.up) introduce();
  },
  warn: (words) => console.warn(`sufler: ${words}`),
});

export function begin(mount: Mount, info: WidgetInfo): void {
  at = mount;
  state = info.state;
  listen();
  greeter = new Greeter({
    rule: mayKeep(info.consent.ask) ? info.proactive : null,
    timers: browserTimers,
    greeted: () => keptGreeting.load() !== null,
    welcome: () => state === "online" && !at.button.hidden && !visit.session,
    show: (text) => {
      keptGreeting.keep("yes");
      showHint(at, text[at.language()] ?? text[info.language] ?? "");
    },
  });
  moved();
}

/** Takes what the page has called for. */
export function take(): void {
  for (const call of at.calls.splice(0)) commands.run(call);
}

/** The visitor sees another page now. */
export function moved(): void {
  greeter.page(location.pathname);
}

export function tell<K extends keyof Told>(kind: K, data: Told[K]): void {
  if (kind === "open") hush();
  commands.tell(kind, data);
}

/** The panel has been opened: a greeting would come too late. */
function hush(): void {
  greeter.stop();
  keptGreeting.keep("yes");
  hideHint();
}

function listen(): void {
  const since = visit.now ?? Number.POSITIVE_INFINITY;
  let begin = since;
  let over = "";
  visit.listen({
    welcome: () => {
      begin = Math.min(begin, visit.now ?? begin);
      setParameters();
      introduce();
    },
    event: (e) => {
      if (e.kind !== "widget.changed" || e.data.state === state) return;
      state = e.data.state;
      commands.tell("state", state);
    },
    session: (s) => {
      if (s?.state !== "ended" || s.id === over) return;
      over = s.id;
      commands.tell("ended", { reason: s.reason });
    },
    entry: (e) => {
      if (e.kind !== "chat.said" || e.data.from === "visitor" || Date.parse(e.at) < begin) return;
      const { from, name, text } = e.data;
      commands.tell("message", { from, name, text });
    },
  });
}

/** A name that nobody has defined, where that is not let pass, is the page's developer's matter. */
function setParameters(): void {
  if (Object.keys(told.parameters).length === 0) return;
  visit.ask("parameters.set", told.parameters).catch((e: unknown) => console.warn("sufler: parameters:", String(e)));
}

/** Tells the server who the page says this is. */
function introduce(): void {
  if (Object.keys(told.who).length === 0) return;
  const client = { base: at.base, token: browserName(), language: at.language() };
  request(client, "PATCH", "/visitor", told.who).catch((e: unknown) => console.warn("sufler: identify:", String(e)));
}
