import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startBrowser, startDemo, until } from "./demo.mjs";

/** The pages against a real demo: what a person sees, in a real browser, with what axe has to say about it. */

const root = path.join(WEB, "..");
const axe = readFileSync(createRequire(path.join(root, "package.json")).resolve("axe-core/axe.min.js"), "utf8");

let demo: { url: string; stop(): Promise<void> };
let browser: Browser;

before(async () => {
  demo = await startDemo(root);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

interface Opened {
  page: Page;
  troubles: string[];
  close(): Promise<void>;
}

async function open(url: string, more: { width?: number; dark?: boolean; locale?: string } = {}): Promise<Opened> {
  const width = more.width ?? 1280;
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    colorScheme: more.dark ? "dark" : "light",
    locale: more.locale ?? "en-GB",
    hasTouch: width < 700,
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("console", (m) => m.type() === "error" && troubles.push(m.text()));
  page.on("pageerror", (e) => troubles.push(e.stack ?? e.message));
  page.on("requestfailed", (r) => troubles.push(`${r.url()}: ${r.failure()?.errorText}`));
  await page.goto(demo.url + url);
  return { page, troubles, close: () => context.close() };
}

/** What axe finds wrong, as one line for each. It is run by the debugger's way in, which no policy of the page can refuse. */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const run = (
      window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    ).axe;
    return (await run.run()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`);
  });
  return found;
}

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

const numberOf = (text: string | null) => Number((text ?? "").replace(/\D/g, ""));

// W009, and the promise itself as the page counts it.
test("the stage counts frames to the client, and none with the prompter while he whispers", async () => {
  const { page, troubles, close } = await open("/");
  await page.waitForSelector(".panel.mode-whisper, .panel.mode-listen");
  await page.click("[role=radiogroup] >> nth=1 >> [role=radio] >> nth=1");
  await page.waitForSelector(".panel.mode-whisper .barrier");
  await page.click(".say");
  await page.waitForSelector(".said p");
  const first = numberOf(await page.textContent(".counts dd"));
  await until(async () => numberOf(await page.textContent(".counts dd")) > first + 100, "a hundred frames");
  assert.equal(await page.textContent("td.promise strong"), "0");
  assert.equal(numberOf(await page.textContent(".counts dd >> nth=1")), 0);
  await until(
    async () => numberOf(await page.textContent("tbody tr:nth-child(2) td:nth-child(4) strong")) > 0,
    "the agent's ear",
  );
  assert.deepEqual(troubles, []);
  await close();
});

// I019: everybody hears, and the page says so.
test("in Barge in the stage shows that the client hears the prompter, and counts it apart", async () => {
  const { page, close } = await open("/", { dark: true });
  await page.waitForSelector(".panel[class*=mode-]:not(.mode-none)");
  await page.click("[role=radiogroup] >> nth=1 >> [role=radio] >> nth=2");
  await page.waitForSelector(".panel.mode-barge");
  await page.waitForSelector("td.promise.violet");
  await page.waitForSelector(".in-barge");
  await until(async () => numberOf(await page.textContent(".in-barge dd")) > 50, "frames in Barge in");
  assert.equal(numberOf(await page.textContent(".counts dd >> nth=1")), 0, "none without leave");
  await page.click("[role=radiogroup] >> nth=1 >> [role=radio] >> nth=1");
  await page.waitForSelector(".panel.mode-whisper");
  await close();
});

test("an ear on the stage plays what arrives at that phone", async () => {
  const { page, troubles, close } = await open("/");
  await page.waitForSelector(".panel[class*=mode-]:not(.mode-none)");
  await page.click("[role=radiogroup] >> nth=0 >> [role=radio] >> nth=0");
  await page.waitForSelector(".lamp.client.here .ear-tab");
  await page.waitForSelector(".ear-line strong");
  await until(async () => /loudspeaker/.test((await page.textContent(".ear-line")) ?? ""), "the first sound");
  assert.deepEqual(troubles, []);
  await close();
});

// M049-M051: from the shop's page to the record.
test("a visitor asks, an operator accepts, a supervisor whispers, and the record proves the silence", async () => {
  const anna = await open("/desk/?as=anna");
  await anna.page.waitForSelector(".status-chip.state-online");
  const shop = await open("/demo/", { locale: "cs-CZ" });
  await shop.page.click("sufler-widget #open");
  await shop.page.click(".row");
  await shop.page.fill("[name=number]", "+420 777 000 001");
  await shop.page.click(".button.filled");
  await shop.page.waitForSelector("#fault");
  assert.equal(await shop.page.$(".steps"), null, "nothing is sent without consent");
  await shop.page.check("[name=consent]");
  await shop.page.click(".button.filled");
  await shop.page.waitForSelector(".steps");

  await shop.page.reload();
  await shop.page.click("sufler-widget #open");
  await shop.page.waitForSelector(".steps, .timer");

  await anna.page.waitForSelector(".offer");
  assert.ok(!(await anna.page.textContent(".offer"))?.includes("777"), "the number is not shown before accept");
  await anna.page.click(".offer .go");
  await anna.page.waitForSelector(".call-bar.talking");
  assert.match((await anna.page.textContent(".call-bar")) ?? "", /777.000.001/);
  await shop.page.waitForSelector(".timer");

  const sofia = await open("/desk/?as=sofia#/team");
  await sofia.page.click("tr:has-text('Anna') .running-time");
  await sofia.page.waitForSelector(".choice button:focus");
  await sofia.page.keyboard.press("w");
  await sofia.page.waitForSelector(".banner.whisper");
  await until(async () => numberOf(await sofia.page.textContent(".card .counts dd")) > 50, "frames to the client");
  assert.equal(numberOf(await sofia.page.textContent(".card .counts dd >> nth=1")), 0);
  assert.deepEqual(await complaints(sofia.page), []);
  await sofia.page.fill("textarea", "Good.");
  await sofia.page.waitForSelector(".comment [role=status] .icon");

  await anna.page.click(".call-bar .stop");
  await shop.page.waitForSelector(".button.filled");
  await sofia.page.waitForSelector(".banner.ended");
  await sofia.page.click("a[href*='records/']");
  await sofia.page.waitForSelector(".tracks");
  assert.equal(numberOf(await sofia.page.textContent(".proof-box dd >> nth=1")), 0);
  assert.deepEqual(await complaints(sofia.page), []);
  for (const o of [anna, shop, sofia]) {
    assert.deepEqual(o.troubles, []);
    await o.close();
  }
});

test("Esc closes the widget and gives the focus back", async () => {
  const { page, close } = await open("/demo/");
  await page.focus("sufler-widget #open");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".panel .row:focus");
  await page.keyboard.press("Escape");
  await page.waitForSelector("sufler-widget #open:focus");
  assert.equal(await page.$(".panel"), null);
  await close();
});

const pages = [
  { url: "/", ready: ".panel[class*=mode-]:not(.mode-none)" },
  { url: "/demo/", ready: "sufler-widget #open" },
  { url: "/demo/?lamp=desk", ready: ".article" },
  { url: "/demo/?page=checkout", ready: ".checkout" },
  { url: "/desk/", ready: "#password" },
  { url: "/desk/?as=anna", ready: ".desk" },
  { url: "/desk/?as=sofia#/team", ready: "tbody tr" },
  { url: "/desk/?as=sofia#/records", ready: ".records .head" },
];

for (const { url, ready } of pages) {
  for (const look of [
    {},
    { dark: true, locale: "ru-RU" },
    { width: 390, locale: "cs-CZ" },
    { width: 320, locale: "ru-RU" },
  ]) {
    test(`${url} has no fault that axe finds and no sideways scroll: ${JSON.stringify(look)}`, async () => {
      const { page, troubles, close } = await open(url, look);
      await page.waitForSelector(ready);
      assert.deepEqual(await complaints(page), []);
      assert.ok((await overflow(page)) <= 0, `${await overflow(page)} px too wide`);
      assert.deepEqual(troubles, []);
      await close();
    });
  }
}
