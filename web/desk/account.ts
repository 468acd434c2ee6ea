import { signal } from "@preact/signals";
import type { Mode, Operator, Problem } from "../shared/protocol";
import { type Client, type Method, Refusal, request } from "../shared/request";
import { language } from "../shared/text";

/** Who is logged in here. In the demo a login belongs to the tab, so that one person can be Anna and Sofia side by side. */

const tabKey = "sufler.tab";
/** Set while this browser is logged in by cookie, which a page cannot see: so nobody is asked for who they are in vain. */
const enteredKey = "sufler.entered";

export const me = signal<Operator | null>(null);
export const may = signal<ReadonlySet<string>>(new Set());
export const demo = signal(false);
/** What the last refusal said, shown as a strip, never over what is typed. */
export const notice = signal<(Problem & { call?: string }) | null>(null);

/** The token of the link for the first owner, while its page is open. */
export const setUp = signal("");
/** Set when nobody can log in because nobody exists. */
export const unfounded = signal(false);

/** Whether the person here may take part in calls in this mode. Each mode is a right of its own. */
export function maySupervise(mode: Mode): boolean {
  return may.value.has(`supervision.${mode}`);
}

export function tabToken(): string {
  return sessionStorage.getItem(tabKey) ?? "";
}

export function client(): Client {
  const token = tabToken();
  return { language: language.value, ...(token ? { token } : {}) };
}

export function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  return request<T>(client(), method, path, body);
}

/** Does one thing and shows what was refused. Returns undefined then. */
export async function attempt<T>(what: () => Promise<T>, about?: string): Promise<T | undefined> {
  try {
    const done = await what();
    notice.value = null;
    return done;
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    notice.value = about === undefined ? e.problem : { ...e.problem, call: about };
    return undefined;
  }
}

/** Asks for something that nobody has clicked for: a refusal leaves what is known as it was, and says nothing. */
export async function quietly<T>(what: () => Promise<T>): Promise<T | undefined> {
  try {
    return await what();
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    return undefined;
  }
}

interface Me {
  me: Operator;
  may: string[];
  demo: boolean;
}

/** Takes up the login of this tab or browser; false: nobody is logged in. */
export async function enter(): Promise<boolean> {
  const as = new URLSearchParams(location.search).get("as");
  if (as) await enterAs(as);
  const link = /^#setup=([\w-]+)$/.exec(location.hash)?.[1];
  if (link) {
    setUp.value = link;
    history.replaceState(null, "", location.pathname); // no history keeps the token
    return false;
  }
  if (!tabToken() && !localStorage.getItem(enteredKey)) return false;
  try {
    await readMe();
    return true;
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    if (e.status === 401) forget();
    else notice.value = e.problem;
    return false;
  }
}

/** Asks whether there is anybody who could log in. */
export async function askFounded(): Promise<void> {
  const said = await attempt(() => call<{ needed: boolean }>("GET", "/setup"));
  unfounded.value = said?.needed ?? false;
}

/** Creates the first owner, who is then logged in here. */
export async function found(token: string, name: string, fullName: string, password: string): Promise<void> {
  sessionStorage.removeItem(tabKey);
  await call("POST", "/setup", { token, login: name, name: fullName, password });
  localStorage.setItem(enteredKey, "1");
  setUp.value = "";
  await readMe();
}

async function readMe(): Promise<void> {
  const found = await call<Me>("GET", "/me");
  may.value = new Set(found.may);
  demo.value = found.demo;
  me.value = found.me;
}

async function enterAs(login: string): Promise<void> {
  sessionStorage.removeItem(tabKey);
  const given = await attempt(() => call<{ token: string }>("POST", "/demo/login", { as: login }));
  if (given) sessionStorage.setItem(tabKey, given.token);
}

export async function login(name: string, password: string): Promise<void> {
  sessionStorage.removeItem(tabKey);
  await call("POST", "/login", { login: name, password });
  localStorage.setItem(enteredKey, "1");
  await readMe();
}

export async function logout(): Promise<void> {
  await attempt(() => call("POST", "/logout"));
  forget();
  location.assign("/desk/");
}

function forget(): void {
  if (tabToken()) sessionStorage.removeItem(tabKey);
  else localStorage.removeItem(enteredKey);
}
