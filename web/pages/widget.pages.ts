import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../demo.mjs";
import { Operator } from "./operator";
import { complaints, type Look, type Opened, open, overflow, stageIt, theDemo } from "./rig";

/** The widget around its conversations: the ways in, what a site may set, what a page may ask of it. */

stageIt();

let anna: Operator;
let adam: Operator;
beforeEach(async () => {
  anna ??= await Operator.comes("anna");
  adam ??= await Operator.comes("adam");
  await anna.asks("PUT", "/me/status", { status: "online" });
});
afterEach(() => set({}));

type Settings = Record<string, unknown>;
let original: Settings | undefined;

/** Changes the widget of the demo's shop, from how it was. */
async function set(change: Settings): Promise<void> {
  const { items } = await adam.asks<{ items: Settings[] }>("GET", "/settings/widgets");
  original ??= items.find((w) => w.id === "default");
  await adam.asks("PUT", "/settings/widgets/default", { ...original, ...change });
}

/** The shop with its widget open, at the ways in. */
async function shop(more: Look = {}): Promise<Opened> {
  const o = await open("/demo/", more);
  await o.page.click("sufler-widget #open");
  await o.page.waitForSelector(".panel .row");
  return o;
}

const line = ".composer textarea";
const ways = (page: Page) => page.locator(".row strong").allInnerTexts();

/** What the visitor's browser keeps of ours. */
const kept = (page: Page) =>
  page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((k) => /^sufler/.test(k)));

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

// M040
test("only the ways that a site has are shown, and what is off is refused at the server too", async () => {
  const on = { enabled: true, queue: "" };
  const off = { enabled: false, queue: "" };
  await set({ channels: { chat: on, voice: off, callback: off, invitation: off } });
  const { page, close } = await shop();
  assert.deepEqual(await ways(page), ["Write"]);
  assert.deepEqual(await complaints(page), []);
  await set({ channels: { chat: off, voice: on, callback: on, invitation: on } });
  const body = JSON.stringify({ widget: "default", kind: "chat", text: "x", message_id: "1" });
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${"a".repeat(64)}` };
  const answer = await fetch(`${theDemo().url}/api/v1/sessions`, { method: "POST", headers, body });
  assert.equal(((await answer.json()) as { code: string }).code, "channel_off");
  await close();
});

/** The shop's ways lead to Anna alone: no robot helps her. */
async function onlyAnna(more: Settings = {}): Promise<void> {
  const { items } = await adam.asks<{ items: Settings[] }>("GET", "/settings/queues");
  await adam.asks("PUT", "/settings/queues/Anna", { ...items[0], groups: ["front"] });
  const way = { enabled: true, queue: "Anna" };
  await set({ channels: { chat: way, voice: way, callback: way, invitation: way }, ...more });
}

// I009, M025
test("the widget follows whether somebody is there, without a reload; and leaves a message where nobody is", async () => {
  await onlyAnna();
  const { page, troubles, close } = await open("/demo/");
  await page.waitForSelector("#open.online");
  await page.click("sufler-widget #open");
  await page.waitForSelector(".to-chat");
  await anna.asks("PUT", "/me/status", { status: "pause" });
  await page.waitForSelector(".to-message");
  await page.waitForSelector(".presence.offline");
  assert.deepEqual(await complaints(page), []);

  await page.click(".to-message");
  await page.waitForSelector("[name=contact]:focus");
  await page.click(".button.filled");
  await page.waitForSelector("#contact-fault");
  await page.fill("[name=contact]", "jan@example.com");
  await page.fill("[name=text]", "Do you send to Slovakia?");
  await page.click(".button.filled");
  await page.waitForSelector("#agreed-fault");
  assert.deepEqual(await complaints(page), []);
  await page.check("[name=agreed]");
  await page.click(".button.filled");
  await page.waitForSelector("h3:has-text('We have your message')");
  assert.deepEqual(await complaints(page), []);
  const { missed } = await adam.asks<{ missed: { email: string; text: string }[] }>("GET", "/missed");
  assert.ok(missed.some((m) => m.email === "jan@example.com" && m.text === "Do you send to Slovakia?"));

  await page.click(".button >> nth=0");
  await anna.asks("PUT", "/me/status", { status: "online" });
  await page.waitForSelector(".to-chat");
  assert.deepEqual(troubles, []);
  await close();
});

// M025: what the page does not know yet, the server says.
test("who writes in the moment in which the last one leaves reads so, and takes their words to the message", async () => {
  await onlyAnna({ form: { name: "hidden", phone: "hidden", email: "hidden" } });
  const { page, close } = await shop();
  await page.click(".to-chat");
  await page.fill(line, "Hello");
  await page.route("**/api/v1/sessions", async (route) => {
    await anna.asks("PUT", "/me/status", { status: "pause" });
    await route.continue();
  });
  await page.press(line, "Enter");
  await page.waitForSelector(".fault");
  assert.equal(await page.inputValue(line), "Hello");
  assert.deepEqual(await complaints(page), []);
  await page.click(".pair .button:has-text('Leave a message')");
  await page.waitForSelector("[name=contact]");
  assert.equal(await page.inputValue("[name=text]"), "Hello");
  await close();
});

// I033
test("the form asks what the site wants: what is required must be there, and the operator has it", async () => {
  await set({ form: { name: "required", phone: "hidden", email: "optional" } });
  const { page, troubles, close } = await shop();
  await page.click(".to-chat");
  await page.waitForSelector("[name=name]:focus");
  assert.equal(await page.locator("[name=phone]").count(), 0);
  await page.fill(line, "Hello");
  await page.press(line, "Enter");
  await page.waitForSelector("#name-fault");
  assert.deepEqual(await complaints(page), []);
  await page.fill("[name=name]", "Jan Novák");
  await page.fill("[name=email]", "jan");
  await page.press(line, "Enter");
  await page.waitForSelector("#email-fault");
  await page.fill("[name=email]", "jan@example.com");
  await page.press(line, "Enter");
  const id = await anna.takes();
  const { visitor } = (await anna.session(id)).session;
  assert.deepEqual([visitor.name, visitor.email], ["Jan Novák", "jan@example.com"]);
  await anna.ends(id);
  assert.deepEqual(troubles, []);
  await close();
});

// I022
test("a site that asks first keeps and sends nothing before its visitor has agreed", async () => {
  await set({ consent: { ask: true } });
  const lines: string[] = [];
  const before = async (p: Page) => {
    p.on("websocket", (ws) => lines.push(ws.url()));
  };
  const { page, troubles, close } = await shop({ before });
  await page.click(".to-chat");
  await page.waitForSelector("h3:has-text('May we remember you')");
  assert.deepEqual(await complaints(page), []);
  const [yes, no] = await page.locator(".body .button").all();
  assert.equal(await yes?.textContent(), "Yes, remember me");
  assert.deepEqual(await yes?.getAttribute("class"), await no?.getAttribute("class"), "neither answer is pushed");
  assert.deepEqual([await kept(page), lines], [[], []]);

  await no?.click();
  await page.waitForSelector(line);
  await page.fill(line, "Hello");
  assert.equal(await page.textContent("#line-hint"), "", "nothing is shown to operators while it is written");
  await page.press(line, "Enter");
  const id = await anna.takes();
  await page.waitForSelector(".told");
  await page.fill(line, "a draft that nobody sees");
  await anna.says(id, "Good day");
  await page.waitForSelector(".run.operator");
  assert.deepEqual(await kept(page), []);
  assert.deepEqual(await anna.heardDrafts(id), []);
  await anna.ends(id);
  assert.deepEqual(troubles, []);
  await close();
});

// I022
test("who agrees is remembered until they take it back", async () => {
  await set({ consent: { ask: true } });
  const { page, close } = await shop();
  await page.click(".to-chat");
  await page.click(".body .button >> nth=0");
  await page.waitForSelector(line);
  await page.fill(line, "half a th");
  assert.ok((await kept(page)).includes("sufler.consent"));
  await page.reload();
  await page.click(".to-chat");
  assert.equal(await page.inputValue(line), "half a th");
  await page.click(".head [aria-label=Back]");
  await page.click(".keeping button");
  assert.deepEqual(await kept(page), []);
  await close();
});

// M055
test("the code of an invitation leads to who has invited; a wrong one says so", async () => {
  type Invitation = { id: string; code: string; link: string };
  const invite = () => anna.asks<Invitation>("POST", "/invitations", { once: true, life_ms: 600_000, queue: "" });
  const { code } = await invite();
  const { page, close } = await shop();
  await page.click(".to-invitation");
  await page.waitForSelector("[name=code]:focus");
  const wrong = String((Number(code.replace("-", "")) + 1) % 100_000_000).padStart(8, "0");
  await page.type("[name=code]", wrong);
  assert.match(await page.inputValue("[name=code]"), /^\d{4}-\d{4}$/);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".fault");
  assert.deepEqual(await complaints(page), []);
  await page.fill("[name=code]", code);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".log");
  const id = await anna.takes();
  await page.waitForSelector(".head h2:has-text('Anna')");
  assert.equal((await anna.session(id)).session.kind, "invitation");
  await anna.ends(id);
  await close();

  for (const width of [1280, 390, 320]) {
    const { link } = await invite();
    const guest = await open(new URL(link).pathname, { width, dark: width < 1000, locale: "ru-RU" });
    await guest.page.waitForSelector(".panel .log");
    const taken = await anna.takes();
    await anna.says(
      taken,
      "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft\n1. https://example.com/a",
    );
    await guest.page.waitForSelector(".run.operator a");
    assert.deepEqual(await complaints(guest.page), []);
    assert.ok((await overflow(guest.page)) <= 0);
    const log = await guest.page.locator(".log").evaluate((l) => l.scrollWidth - l.clientWidth);
    assert.ok(log <= 0, `${log} px of the conversation lie outside`);
    if (width < 1000) {
      assert.equal((await guest.page.locator(".panel").boundingBox())?.width, width);
      const ground = await guest.page.locator(".panel").evaluate((p) => getComputedStyle(p).backgroundColor);
      assert.equal(ground, "rgb(28, 31, 37)", "a site that sets nothing follows the browser into the dark");
    }
    await anna.ends(taken);
    await guest.close();
  }
});

// M006: the widget leaves out what a browser cannot do, and the pages of ours say that it is too old.
test("in a browser that lacks something there is a clear page or less of the widget, and nothing broken", async () => {
  const old = () => {
    const knows = CSS.supports.bind(CSS) as (name: string, value: string) => boolean;
    CSS.supports = (name: string, value?: string) => !value?.startsWith("light-dark") && knows(name, value ?? "");
  };
  const lit = await shop({ script: old, dark: true });
  const ground = await lit.page.locator(".panel").evaluate((p) => getComputedStyle(p).backgroundColor);
  assert.equal(ground, "rgb(255, 255, 255)", "the light colours are set, not left open");
  assert.deepEqual(await complaints(lit.page), []);
  await lit.close();

  const bare = () => {
    Reflect.deleteProperty(Document.prototype, "adoptedStyleSheets");
    window.CSSStyleSheet = class {
      constructor() {
        throw new TypeError("Illegal constructor");
      }
    } as unknown as typeof CSSStyleSheet;
  };
  const without = await open("/demo/", { script: bare });
  await without.page.waitForSelector(".shelf, .shop, main");
  assert.equal(await without.page.locator("sufler-widget").count(), 0);
  await without.close();

  const noCalls = () => Reflect.deleteProperty(window, "RTCPeerConnection");
  for (const [path, script] of [
    ["/desk/", old],
    ["/", noCalls],
    ["/i/", bare],
  ] as const) {
    const told = await open(path, { script, width: 390, locale: "cs-CZ" });
    await told.page.waitForSelector("h1:has-text('Tento prohlížeč je příliš starý')");
    assert.ok((await overflow(told.page)) <= 0);
    assert.deepEqual(await complaints(told.page), [], path);
    await told.close();
  }
});

// M006
test("a browser without WebRTC has no row for a talk; all the rest works", async () => {
  const script = () => Reflect.deleteProperty(window, "RTCPeerConnection");
  const { page, troubles, close } = await shop({ script });
  assert.deepEqual(await ways(page), ["Write", "Call me", "I have a code"]);
  await page.click(".to-chat");
  await page.fill(line, "Hello");
  await page.press(line, "Enter");
  await anna.ends(await anna.takes());
  assert.deepEqual(troubles, []);
  await close();
});

// PRODUCT B 30
test("on a phone Back closes the panel and not the shop, and the line stays above the keyboard", async () => {
  const script = () => {
    const seen = Object.assign(new EventTarget(), { width: 390, height: 844, offsetTop: 0 });
    Object.defineProperty(window, "visualViewport", { value: seen });
  };
  const { page, close } = await open("/demo/?lamp=desk", { width: 390, script });
  await page.click("sufler-widget #open");
  await page.click(".to-chat");
  await page.waitForSelector(line);
  await page.evaluate(() => {
    Object.assign(window.visualViewport as object, { height: 400 });
    window.visualViewport?.dispatchEvent(new Event("resize"));
  });
  const box = await page.locator(".composer").boundingBox();
  assert.ok(box && box.y + box.height <= 400, JSON.stringify(box));
  for (const b of await page.locator(".panel button, .panel input, .panel textarea").all()) {
    const size = await b.boundingBox();
    assert.ok(
      size && size.width >= 44 && size.height >= 44,
      `${await b.getAttribute("aria-label")} ${JSON.stringify(size)}`,
    );
  }
  await page.goBack();
  await page.waitForSelector(".panel", { state: "detached" });
  assert.match(page.url(), /lamp=desk/);
  await page.click("sufler-widget #open");
  await page.waitForSelector(".panel");
  await page.click(".head [aria-label=Close]");
  await page.waitForSelector(".panel", { state: "detached" });
  await until(
    () => page.evaluate(() => !(history.state as { sufler?: boolean } | null)?.sufler),
    "the history as it was",
  );
  await close();
});

// PRODUCT B 26
test("a greeting comes once, on its pages, while somebody is there, and leads to the chat", async () => {
  const proactive = { enabled: true, after_ms: 1000, path: "/demo/", text: { en: "May we help you choose?" } };
  await set({ proactive });
  const { page, troubles, close } = await open("/demo/");
  await page.waitForSelector(".greeting:has-text('May we help you choose?')");
  assert.deepEqual(await complaints(page), []);
  await page.click(".greeting button >> nth=0");
  await page.waitForSelector(line);
  assert.equal(await page.locator(".greeting").count(), 0);
  await page.keyboard.press("Escape");
  await page.goto(page.url());
  await page.waitForSelector("#open.online");
  assert.deepEqual(await page.evaluate(() => sessionStorage.getItem("sufler.greeted")), "yes");
  assert.deepEqual(troubles, []);
  await close();
});

test("a page opens the widget, says who its visitor is and what is in the basket, and is told what happens", async () => {
  const script = () => {
    const heard: string[] = [];
    const w = window as typeof window & { heard: string[] };
    w.heard = heard;
    w.sufler = Object.assign((...call: unknown[]) => void w.sufler?.q?.push(call), { q: [] as unknown[][] });
    for (const kind of ["open", "close", "message", "ended"])
      w.sufler("on", kind, (data: unknown) => heard.push(`${kind} ${JSON.stringify(data) ?? ""}`));
    w.sufler("identify", { name: "Jan Novák", email: "jan@example.com" });
  };
  const { page, troubles, close } = await open("/demo/?lamp=desk", { script });
  await page.click(".buy, .article button");
  await page.evaluate(() => window.sufler?.("open", "chat"));
  await page.waitForSelector(line);
  assert.equal(await page.inputValue("[name=name]"), "Jan Novák");
  await page.fill(line, "Hello");
  await page.press(line, "Enter");
  const id = await anna.takes();
  await anna.says(id, "Good day");
  await page.waitForSelector(".run.operator");
  const { visitor } = (await anna.session(id)).session;
  assert.deepEqual([visitor.name, visitor.email], ["Jan Novák", "jan@example.com"]);
  assert.match(visitor.parameters.find((p) => p.name === "basket")?.value ?? "", /1× Desk lamp 40/);
  await page.evaluate(() => window.sufler?.("language", "cs"));
  await page.waitForSelector(".told:has-text('Odpovídá vám')");
  await anna.ends(id);
  await page.waitForSelector(".over");
  await page.evaluate(() => window.sufler?.("close"));
  await page.waitForSelector(".panel", { state: "detached" });
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  assert.deepEqual(heard, [
    "open ",
    'message {"from":"system","name":"","text":"Hello, this is Anna of Lampárna. How can I help?"}',
    'message {"from":"operator","name":"Anna","text":"Good day"}',
    'ended {"reason":"talked"}',
    "close ",
  ]);
  assert.deepEqual(troubles, []);
  await close();
});

test("a site's colours, side and scheme are the widget's, and the page's own rules win over them", async () => {
  const theme = { action: { light: "#0b5cad", dark: "#7ab8ff" }, "on-ink": { light: "#ffffff", dark: "#16181d" } };
  await set({ theme, position: "left", scheme: "dark" });
  const { page, close } = await shop();
  const colour = () => page.locator("#open").evaluate((b) => getComputedStyle(b).backgroundColor);
  await page.click(".head [aria-label=Close]");
  assert.equal(await colour(), "rgb(122, 184, 255)");
  assert.ok(((await page.locator("#open").boundingBox())?.x ?? 999) < 100);
  await page.click("sufler-widget #open");
  await page.waitForSelector(".panel .row");
  assert.ok(((await page.locator(".panel").boundingBox())?.x ?? 999) < 100);
  assert.deepEqual(await complaints(page), []);
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("sufler-widget { --sufler-action: #123456 }");
    document.adoptedStyleSheets.push(sheet);
  });
  await page.click(".head [aria-label=Close]");
  assert.equal(await colour(), "rgb(18, 52, 86)");
  await close();
});
