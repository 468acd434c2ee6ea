import type { Page } from "playwright-core";
import { type Look, type Opened, open, theDemo } from "./rig";

/** What a test does at a desk, and behind it as an administrator. */

/** A request as one of the demo's people. */
export async function request<T>(login: string, method: string, path: string, body?: object): Promise<T> {
  const at = `${theDemo().url}/api/v1`;
  const json = { "Content-Type": "application/json" };
  const entered = await fetch(`${at}/demo/login`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ as: login }),
  });
  const { token } = (await entered.json()) as { token: string };
  const answer = await fetch(at + path, {
    method,
    headers: { ...json, Authorization: `Bearer ${token}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text ? JSON.parse(text) : null) as T;
}

/** Opens somebody's desk, with the sound check put off. */
export async function desk(login: string, look: Look = {}): Promise<Opened> {
  const script = () => localStorage.setItem("sufler.sound_checked", "1");
  const opened = await open(`/desk/?as=${login}`, { script, ...look });
  await opened.page.waitForSelector(".status-chip, .pane-mine, .pane-work");
  return opened;
}

/** Takes the first offer that the desk shows. */
export async function acceptOffer(page: Page): Promise<void> {
  await page.click(".offer .go");
  await page.waitForSelector(".chat .composer textarea");
}

/** Says something in the open chat, by the keyboard. */
export async function say(page: Page, text: string): Promise<void> {
  await page.fill(".composer textarea", text);
  await page.press(".composer textarea", "Enter");
}

/** Ends the open session and gives the OK. */
export async function finish(page: Page): Promise<void> {
  await page.click(".bar .acts .end");
  await page.click("dialog.finish [type=submit]");
  await page.waitForSelector("dialog.finish", { state: "detached" });
}

/** The rows of one's own, as they are read. */
export async function mine(page: Page): Promise<string[]> {
  return (await page.locator(".mine-list li").allTextContents()).map((t) => t.replace(/\s+/g, " "));
}

/** What an administrator has prepared for the tests of a file. */
export async function prepare(): Promise<void> {
  const template = (id: string, title: string, shortcut: string, text: string, order: number) =>
    request("adam", "PUT", `/settings/templates/${id}`, {
      order,
      title,
      shortcut,
      text,
      language: "",
      scope: "all",
      group: "",
      operator: "",
    });
  await template("t-parcel", "Where is my parcel", "parcel", "Hello {visitor}, your **parcel** is on its way.", 1);
  await template("t-bye", "Goodbye", "bye", "Goodbye, says {operator}.", 2);
  await request("adam", "PUT", "/settings/results/r-info", { order: 1, title: "Wanted information", active: true });
  await request("adam", "PUT", "/settings/tags/vip", {});
  await request("boris", "PUT", "/me/status", { status: "pause" }); // or he answers whom Anna has no room for
}
