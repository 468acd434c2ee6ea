import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type Demo, startBrowser, startDemo, startEmpty } from "../demo.mjs";

/** The pages against a real demo: what a person sees, in a real browser, with what axe has to say about it. */

const root = path.join(WEB, "..");
const axe = readFileSync(createRequire(path.join(root, "package.json")).resolve("axe-core/axe.min.js"), "utf8");

let demo: Demo;
let browser: Browser;

/** Where the tests run there may be no network but the loopback, which browsers do not offer by themselves. */
const inside = ["--allow-loopback-in-peer-connection"];

/** Gives the tests of a file their demo and their browser, with flags of Chromium for what they need of it. */
export function stageIt(...flags: string[]): void {
  stagePrepared(async () => {}, ...flags);
}

/** The same, with something done to the demo before the first test. */
export function stagePrepared(prepare: () => Promise<void>, ...flags: string[]): void {
  before(async () => {
    demo = await startDemo(root);
    browser = await startBrowser([...inside, ...flags]);
    await prepare();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });
}

/** Gives the tests of a file a browser, for servers that they start themselves. */
export function browseOnly(): void {
  before(async () => {
    browser = await startBrowser(inside);
  });
  after(() => browser?.close());
}

/** A server on which nobody exists yet. */
export const emptyServer = () => startEmpty(root);

/** The demo of the tests of a file, once they have begun. */
export const theDemo = () => demo;

export interface Opened {
  page: Page;
  troubles: string[];
  close(): Promise<void>;
}

export interface Look {
  width?: number;
  dark?: boolean;
  locale?: string;
  /** What the browser allows; nothing, if it is not given. */
  permissions?: string[];
  /** Done to the page before it is loaded. */
  before?(page: Page): Promise<void>;
  /** Run in every page before its own scripts. */
  script?: () => void;
}

/** Opens a page: a path of the demo, or the whole address of another server. */
export async function open(url: string, more: Look = {}): Promise<Opened> {
  const width = more.width ?? 1280;
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    colorScheme: more.dark ? "dark" : "light",
    locale: more.locale ?? "en-GB",
    hasTouch: width < 700,
    permissions: more.permissions ?? [],
  });
  if (more.script) await context.addInitScript(more.script);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("console", (m) => m.type() === "error" && troubles.push(m.text()));
  page.on("pageerror", (e) => troubles.push(e.stack ?? e.message));
  page.on("requestfailed", (r) => troubles.push(`${r.url()}: ${r.failure()?.errorText}`));
  await more.before?.(page);
  await page.goto(url.startsWith("/") ? demo.url + url : url);
  return { page, troubles, close: () => context.close() };
}

/** What axe finds wrong, as one line for each. It is run by the debugger's way in, which no policy of the page can refuse. */
export async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const run = (
      window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    ).axe;
    return (await run.run()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`);
  });
  return found;
}

export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

export const numberOf = (text: string | null) => Number((text ?? "").replace(/\D/g, ""));

/** Chooses in the status menu where the calls of a desk ring: "In the browser", "On phone 101", "On both". */
export async function answerOn(page: Page, choice: string): Promise<void> {
  await page.click(".status-chip");
  await page.getByRole("radio", { name: choice }).click();
}
