import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../demo.mjs";
import { heardAtPhone, hears, levelAtPhone, listen, openPhone } from "./hearing";
import { complaints, type Look, open, overflow, stageIt } from "./rig";

/** The microphone of Chromium: a beep each second. */
stageIt("--use-fake-device-for-media-stream");

const borisPhone = "102";

/** A shop whose visitor allows the microphone. */
const shop = (more: Look = {}) => open("/demo/", { permissions: ["microphone"], before: listen, ...more });

async function press(page: Page): Promise<void> {
  await page.click("sufler-widget #open");
  await page.click(".to-voice");
}

/** Talks with Boris, who answers when nobody else does. */
async function talk(page: Page): Promise<void> {
  await press(page);
  await page.waitForSelector(".panel .timer", { timeout: 60_000 });
}

const seconds = (text: string | null) => {
  const [, m, s] = /(\d+):(\d\d)/.exec(text ?? "") ?? [];
  return Number(m) * 60 + Number(s);
};

const kept = (page: Page) => page.evaluate(() => localStorage.getItem("sufler.talk"));

// M155, of sound
test("a visitor talks from the shop: both hear, and who is muted is not heard", async () => {
  const { page, troubles, close } = await shop();
  const asked = page.waitForRequest((r) => r.method() === "POST" && r.url().endsWith("/talks"));
  await talk(page);
  assert.equal((await asked).postDataJSON().widget, "default", "its widget's queue and its on and off hold");
  assert.match((await page.textContent(".center")) ?? "", /Boris/);
  await hears(page, "Boris's voice");
  await openPhone(page, borisPhone);
  await heardAtPhone(page, "the visitor at Boris's phone");
  assert.deepEqual(await complaints(page), []);

  await page.click(".mute");
  await page.waitForSelector(".mute.muted:has-text('Unmute')");
  await levelAtPhone(page, 25); // what was on its way
  assert.ok((await levelAtPhone(page, 150)) < -60, "three seconds of silence, three beeps left out");
  await page.click(".mute");
  await heardAtPhone(page, "the visitor again");

  await page.click(".button.stop");
  await page.waitForSelector("h3:has-text('Thank you for the call')");
  assert.deepEqual(await complaints(page), []);
  assert.equal(await kept(page), null);
  assert.deepEqual(troubles, []);
  await close();
});

// I007
test("the talk goes on when the panel is closed and another page of the shop is opened", async () => {
  const { page, troubles, close } = await shop();
  await talk(page);
  await page.click(".head .round[aria-label=Close]");
  await page.waitForSelector(".talk-bar .open:focus");
  assert.deepEqual(await complaints(page), []);

  const second = await page.context().newPage();
  await second.goto(page.url());
  await press(second);
  await second.waitForSelector("h3:has-text('You are talking in another tab')");
  await second.close();

  const [before, id] = [seconds(await page.textContent(".talk-bar")), await kept(page)];
  await page.click("a[href*='lamp=desk']");
  await page.waitForSelector(".article");
  await until(async () => seconds(await page.textContent(".talk-bar")) >= before, "the same talk on the next page");
  assert.equal(await kept(page), id);
  await hears(page, "Boris's voice on the next page");
  await openPhone(page, borisPhone);
  await heardAtPhone(page, "the visitor at the same phone");

  await page.click(".talk-bar .stop");
  await page.waitForSelector("sufler-widget #open:not([hidden])");
  await page.click("sufler-widget #open");
  await page.waitForSelector("h3:has-text('Thank you for the call')");
  assert.deepEqual(troubles, []);
  await close();
});

// M153, bad input
test("who does not give the microphone reads why and goes on by phone", async () => {
  const { page, troubles, close } = await shop({ permissions: [] });
  await press(page);
  await page.waitForSelector("h3:has-text('This page may not use the microphone')");
  assert.deepEqual(await complaints(page), []);
  assert.equal(await kept(page), null, "nothing was asked of the server");
  await page.click("text=Call me back instead");
  await page.waitForSelector("[name=number]");
  assert.deepEqual(troubles, []);
  await close();
});

// Bad input: an insecure page.
test("a page without https has no row for a talk, and its owner reads why", async () => {
  const said: string[] = [];
  const before = async (page: Page) => {
    page.on("console", (m) => said.push(m.text()));
  };
  // The demo answers to the names of this machine only, and those are secure: the browser is made to say otherwise.
  const script = () => Object.defineProperty(window, "isSecureContext", { value: false });
  const { page, close } = await open("/demo/", { before, script });
  await page.click("sufler-widget #open");
  await page.waitForSelector(".to-callback");
  assert.equal(await page.locator(".to-voice").count(), 0);
  assert.ok(
    said.some((s) => /over https/.test(s)),
    said.join("\n"),
  );
  await close();
});

/** Takes addresses of the server out of its answers, as a network between would. */
async function keepFrom(page: Page, addresses: RegExp): Promise<void> {
  await page.addInitScript(
    ([source, flags]) => {
      const set = RTCPeerConnection.prototype.setRemoteDescription as (d: RTCSessionDescriptionInit) => Promise<void>;
      const deaf = function (this: RTCPeerConnection, d: RTCSessionDescriptionInit): Promise<void> {
        return set.call(this, { type: d.type, sdp: (d.sdp ?? "").replace(new RegExp(source, flags), "") });
      };
      Object.assign(RTCPeerConnection.prototype, { setRemoteDescription: deaf });
    },
    [addresses.source, addresses.flags] as const,
  );
}

// RFC 6544: what a forward of TCP ports carries is enough.
test("a talk goes by TCP where no UDP gets through", async () => {
  const { page, troubles, close } = await shop({
    before: async (p) => {
      await listen(p);
      await keepFrom(p, /^a=candidate:\S+ \d+ udp .*\r\n/gim);
    },
  });
  await talk(page);
  await hears(page, "Boris's voice by TCP");
  await page.click(".button.stop");
  await page.waitForSelector("h3:has-text('Thank you for the call')");
  assert.deepEqual(troubles, []);
  await close();
});

// Bad input: ICE that never connects.
test("a network that lets no sound through ends the talk with a way on", async () => {
  const before = (p: Page) => keepFrom(p, /^a=candidate:.*\r\n/gm);
  const { page, troubles, close } = await shop({ before });
  await press(page);
  await page.waitForSelector("p:has-text('found no way')", { timeout: 60_000 });
  await page.click("text=Call me back instead");
  await page.waitForSelector("[name=number]");
  assert.deepEqual(troubles, []);
  await close();
});

for (const look of [
  { dark: true, locale: "ru-RU" },
  { width: 390, locale: "cs-CZ" },
  { width: 320, locale: "ru-RU", dark: true },
]) {
  // Esc also shows that the focus has not left the panel while the talk went on from scene to scene.
  test(`a talk has no fault that axe finds and no sideways scroll: ${JSON.stringify(look)}`, async () => {
    const { page, troubles, close } = await shop(look);
    await talk(page);
    assert.deepEqual(await complaints(page), []);
    assert.ok((await overflow(page)) <= 0, `${await overflow(page)} px too wide`);
    await page.keyboard.press("Escape");
    await page.waitForSelector(".talk-bar");
    assert.deepEqual(await complaints(page), []);
    assert.ok((await overflow(page)) <= 0, `${await overflow(page)} px too wide`);
    await page.click(".talk-bar .stop");
    await page.waitForSelector("sufler-widget #open:not([hidden])");
    assert.deepEqual(troubles, []);
    await close();
  });
}
