import type { PageSeen, WidgetInfo } from "../../shared/protocol";
import { ways } from "../../shared/transport";
import type { Mount } from "../mount";
import { browserName, mayKeep, somethingKept } from "../store";
import type { Told, Who } from "./commands";
import { Visit } from "./visit";

/**
 * What runs on a customer's page before anybody opens the widget: the visitor's connection, where the site wants to know
 * who is there. It is small and draws nothing; what the page says by `sufler(…)`, and the greeting, come when they are used.
 */

let at: Mount;

export const visit = new Visit({
  open: (plain) => ways(at.base)(plain),
  hello: () => ({ widget: at.widget, token: browserName(), language: at.language(), page: pageNow() }),
});

/** Who the page says the visitor is, and what it says of them. */
export const told = { who: {} as Who, parameters: {} as Record<string, string> };

/** The widget itself, once it is there. */
export let app: { close(): void; language(): void; identify(): void } | undefined;

/** The widget is here and takes what concerns it. */
export function attach(to: NonNullable<typeof app>): void {
  app = to;
}

type Host = typeof import("./host");
let host: Host | undefined;
let begun: Promise<void> | undefined;

/** Called by the loader and by the widget, whichever comes first, and again with each new call of the page. */
export async function begin(mount: Mount): Promise<void> {
  at = mount;
  begun ??= mount.info.then(arrive);
  await begun;
  if (mount.calls.length > 0) (await listenToHost()).take();
}

async function arrive(info: WidgetInfo): Promise<void> {
  present(info);
  const invited = at.data.invitation !== undefined;
  if (invited || somethingKept()) void at.open(invited);
  visit.listen({ session: (s) => s && s.state !== "ended" && !app && void at.open(false) });
  followPage(() => {
    visit.say("page.seen", pageNow());
    host?.moved();
  });
  if (info.proactive && mayKeep(info.consent.ask)) await listenToHost();
}

async function listenToHost(): Promise<Host> {
  const [came, info] = await Promise.all([import("./host"), at.info]);
  if (!host) came.begin(at, info);
  host = came;
  return came;
}

/** Begins to be somebody to the server, where the site wants that and the visitor lets it. */
export function present(info: WidgetInfo): void {
  if (mayKeep(info.consent.ask) && info.presence) visit.start();
}

/** Tells the page what it has asked to be told. */
export function tell<K extends keyof Told>(kind: K, data: Told[K]): void {
  host?.tell(kind, data);
}

export function pageNow(): PageSeen {
  return { url: location.href, title: document.title, referrer: document.referrer };
}

/** Shops that change their pages in place tell nobody, and we do not put ourselves into their history. */
function followPage(changed: () => void): void {
  let url = location.href;
  setInterval(() => {
    if (location.href === url) return;
    url = location.href;
    changed();
  }, 1000);
}
