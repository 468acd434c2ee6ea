import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../demo.mjs";
import { payloads } from "../shared/testing/xss";
import { Operator } from "./operator";
import { complaints, type Look, type Opened, open, stageIt } from "./rig";

/** The visitor's side of a chat, with an operator who is played by the test. */

stageIt();

let anna: Operator;
beforeEach(async () => {
  anna ??= await Operator.comes("anna");
});

const line = ".composer textarea";
/** What the shop lets its people say first. */
const welcome = "Hello, this is Anna of Lampárna. How can I help?";

/** The shop with its chat open, at the first words. */
async function shop(more: Look = {}): Promise<Opened> {
  const o = await open("/demo/", more);
  await o.page.click("sufler-widget #open");
  await o.page.click(".to-chat");
  await o.page.waitForSelector(line);
  return o;
}

async function writes(page: Page, text: string): Promise<void> {
  await page.fill(line, text);
  await page.press(line, "Enter");
}

/** What stands in the log, line by line. */
const log = (page: Page) => page.locator(".log .line").allInnerTexts();

/** A conversation that Anna has taken. */
async function talk(more: Look = {}): Promise<Opened & { id: string }> {
  const o = await shop(more);
  await writes(o.page, "Hello");
  const id = await anna.takes();
  await o.page.waitForSelector(".told:has-text('Anna')");
  return { ...o, id };
}

// M041, M073, M075, M072
test("the first line waits for whoever comes; then both write, with marks, links and emoji", async () => {
  const { page, troubles, close } = await shop();
  assert.equal(await page.textContent(".head h2"), "Lampárna", "no operator's name before one has come");
  await page.fill("[name=name]", "Jan Novák");
  assert.deepEqual(await complaints(page), []);
  await writes(page, "Hello 👋🏽 ❤️ <b>x</b>");
  await page.waitForSelector(".strip");
  assert.deepEqual(await log(page), ["Hello 👋🏽 ❤️ <b>x</b>"]);
  assert.deepEqual(await complaints(page), []);

  const id = await anna.takes();
  assert.deepEqual(await anna.heard(id), ["Hello 👋🏽 ❤️ <b>x</b>"], "byte for byte");
  assert.equal((await anna.session(id)).session.visitor.name, "Jan Novák");
  await page.waitForSelector(".head h2:has-text('Anna')");
  await anna.says(id, "**Good day** _Jan_\n- [prices](https://example.com/a)\n- javascript:alert(1)\n😀");
  await page.waitForSelector(".run.operator .line strong");
  assert.equal(await page.locator(".run.operator li").count(), 2);
  const link = page.locator(".run.operator a");
  assert.equal(await link.count(), 1);
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
  assert.equal(await page.locator(".log b, .log script").count(), 0);
  assert.deepEqual(await complaints(page), []);
  await anna.ends(id);
  await page.waitForSelector(".over");
  assert.deepEqual(troubles, []);
  await close();
});

// PRODUCT B 28
test("a line is sent, then seen", async () => {
  const { page, id, close } = await talk();
  await page.waitForSelector(".stamp:has-text('sent')");
  const { entries } = await anna.session(id);
  await anna.does("session.open", { session: id, since: 0 });
  await anna.does("chat.seen", { session: id, n: entries.at(-1)?.n });
  await page.waitForSelector(".stamp:has-text('seen')");
  await anna.ends(id);
  await close();
});

// M080
test("the operator sees what is being written, and the visitor is told so; it is no message", async () => {
  const { page, id, close } = await talk();
  await page.waitForSelector("#line-hint:has-text('We see what you type: Anna')");
  await page.type(line, "abc");
  type Draft = { session: string; text: string };
  await anna.told<Draft>("draft.changed", (d) => d.session === id && d.text === "abc", "the draft");
  await page.fill(line, "");
  await anna.told<Draft>("draft.changed", (d) => d.session === id && d.text === "", "that nothing is being written");
  assert.deepEqual(await anna.heard(id), ["Hello"]);
  await anna.does("chat.typing", { session: id, on: true });
  await page.waitForSelector(".typing:has-text('Anna')");
  await anna.says(id, "Yes?");
  await page.waitForSelector(".run.operator");
  assert.equal(await page.locator(".typing").count(), 0);
  await anna.ends(id);
  await close();
});

// I007
test("a reload and another page of the shop keep the log, the draft and the open panel", async () => {
  const { page, id, troubles, close } = await talk();
  await anna.says(id, "Good day");
  await page.waitForSelector(".run.operator");
  await page.fill(line, "and one more th");
  await page.reload();
  await page.waitForSelector(".run.operator");
  assert.equal(await page.inputValue(line), "and one more th");
  await page.click("a[href*='lamp=desk']");
  await page.waitForSelector(".article");
  await page.waitForSelector(".run.operator");
  assert.deepEqual(await log(page), ["Hello", welcome, "Good day"]);
  assert.equal(await page.inputValue(line), "and one more th");

  await page.click("[aria-label=Close]");
  await anna.says(id, "Still there?");
  await page.waitForSelector("#open small:has-text('1 new message')");
  await page.reload();
  await page.waitForSelector("#open small:has-text('1 new message')");
  assert.equal(await page.locator(".panel").count(), 0, "what was closed stays closed");
  await page.click("sufler-widget #open");
  await page.waitForSelector(".line:has-text('Still there?')");
  await anna.ends(id);
  assert.deepEqual(troubles, []);
  await close();
});

test("several tabs of a visitor are one visitor: each shows all of it", async () => {
  const { page, id, close } = await talk();
  const second = await page.context().newPage();
  await second.goto(page.url());
  await second.click("sufler-widget #open");
  await second.waitForSelector(".line:has-text('Hello')");
  await writes(second, "from the second");
  await page.waitForSelector(".line:has-text('from the second')");
  await anna.says(id, "to both");
  for (const p of [page, second]) await p.waitForSelector(".line:has-text('to both')");
  assert.deepEqual(await log(second), ["Hello", welcome, "from the second", "to both"]);
  assert.equal((await anna.session(id)).session.visitor.sessions, 0, "one session, and none before it");
  await anna.ends(id);
  for (const p of [page, second]) await p.waitForSelector(".over");
  await close();
});

// PRODUCT B 28
test("what is written while the line is broken is kept, marked, and said once", async () => {
  const { page, id, close } = await talk();
  await page.context().setOffline(true);
  await writes(page, "one");
  await writes(page, "two");
  await page.waitForSelector(".line.sending:has-text('two')");
  await page.waitForSelector(".lost:has-text('Your texts are kept')");
  await page.context().setOffline(false);
  await page.waitForSelector(".lost", { state: "detached" });
  await page.waitForSelector(".line.sending", { state: "detached" });
  assert.deepEqual(await anna.heard(id), ["Hello", "one", "two"]);
  await anna.ends(id);
  await close();
});

test("the visitor ends it, is asked before, and may write again", async () => {
  const { page, id, troubles, close } = await talk();
  await page.click(".head [aria-label='End the conversation']");
  await page.waitForSelector(".strip.ask button:focus");
  assert.deepEqual(await complaints(page), []);
  await page.click(".strip.ask button:has-text('Go on')");
  await page.waitForSelector(".strip.ask", { state: "detached" });
  await page.click(".head [aria-label='End the conversation']");
  await page.click(".strip.ask button:has-text('End')");
  await page.waitForSelector(".over");
  assert.deepEqual(await complaints(page), []);
  assert.equal((await anna.session(id)).session.state, "wrap_up");
  await anna.confirms(id);

  await page.click(".over .filled");
  await page.waitForSelector(line);
  assert.equal(await page.locator(".log").count(), 0);
  await writes(page, "Once more");
  const next = await anna.takes();
  assert.notEqual(next, id);
  await anna.ends(next);
  await page.waitForSelector(".over");
  assert.equal(await page.evaluate(() => localStorage.getItem("sufler.chat")), null);
  assert.deepEqual(troubles, []);
  await close();
});

test("the keyboard writes: Enter sends, with Shift it begins a line, and too long is told", async () => {
  const { page, id, close } = await talk();
  await page.focus(line);
  await page.keyboard.type("first");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second");
  await page.keyboard.press("Enter");
  await until(async () => (await anna.heard(id)).includes("first\nsecond"), "both lines as one message");
  await page.click("[aria-label=Emoji]");
  await page.click(".emoji button >> nth=0");
  assert.equal(await page.inputValue(line), "🙂");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".panel").count(), 1);
  await page.fill(line, "x".repeat(4001));
  await page.waitForSelector(".too-long");
  await page.press(line, "Enter");
  assert.equal((await page.inputValue(line)).length, 4001, "it is not sent");
  assert.deepEqual(await complaints(page), []);
  await anna.ends(id);
  await close();
});

/** Several of the corpus in one message, as long as one may be. */
function messages(): string[] {
  const all: string[] = [""];
  for (const p of payloads) {
    const last = all.at(-1) as string;
    if (last.length + p.length > 1500) all.push(p);
    else all[all.length - 1] = `${last}\n${p}`;
  }
  return all;
}

// Bad input: the corpus through message, name, title and address.
test("no text of the corpus runs anything, from whichever side it comes", async () => {
  const ran: string[] = [];
  const before = async (p: Page) => {
    p.on("dialog", (d) => {
      ran.push(d.message());
      void d.dismiss();
    });
  };
  const { page, troubles, close } = await shop({ before });
  const image = "<img src=x onerror=alert(1)>";
  await page.evaluate((title) => {
    document.title = title;
    history.replaceState(null, "", `?q=${encodeURIComponent(title)}`);
  }, image);
  await page.fill("[name=name]", image);
  await writes(page, "Hello");
  const id = await anna.takes();
  await page.waitForSelector(".told");
  for (const m of messages()) {
    await writes(page, m);
    await anna.says(id, m.replace(/(?![\n\t])\p{Cc}/gu, ""));
  }
  await page.waitForFunction((n) => {
    const log = document.querySelector("sufler-widget")?.shadowRoot?.querySelector(".log");
    return log?.querySelectorAll(".run.operator .line").length === n && !log.querySelector(".sending");
  }, messages().length);
  assert.equal((await anna.heard(id)).length, messages().length + 1);
  const drawn = await page
    .locator(".log .line")
    .evaluateAll((lines) =>
      lines.flatMap((l) =>
        [...l.querySelectorAll("*")].map((e) => `${e.localName} ${[...e.attributes].map((a) => a.name)}`),
      ),
    );
  const plain = ["p ", "br ", "ul ", "ol start", "li ", "strong ", "em ", "code ", "div class"];
  assert.deepEqual(
    [...new Set(drawn)].filter((d) => !plain.includes(d)),
    ["a href,target,rel"],
  );
  const links = await page
    .locator(".log .line a")
    .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).protocol));
  assert.ok(
    links.every((l) => ["https:", "http:"].includes(l)),
    links.join(),
  );
  await anna.ends(id);
  assert.deepEqual([ran, troubles], [[], []]);
  await close();
});
