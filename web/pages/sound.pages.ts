import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../demo.mjs";
import { microphone } from "./microphone";
import { answerOn, complaints, numberOf, type Opened, open, overflow, stageIt } from "./rig";
import { figure, telephone } from "./telephone";

/** The sound of the desk: a browser whose microphone says the agent's tone, and a telephone that says the client's. */

stageIt(...microphone(1021));

/** In the page: the voice stays as it is, each request for the microphone is counted, and what is played can be measured. */
function script(): void {
  const w = window as unknown as { asked: number; played: MediaStream | null };
  w.asked = 0;
  w.played = null;
  localStorage.setItem("sufler.sound", JSON.stringify({ clean: false }));
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (c) => {
    w.asked++;
    return ask(c);
  };
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (this.srcObject instanceof MediaStream) w.played = this.srcObject;
    return play.call(this);
  };
}

const asked = (page: Page) => page.evaluate(() => (window as unknown as { asked: number }).asked);

/** dBFS of a tone in what the page plays, over some 170 ms. */
async function heard(page: Page, hertz: number): Promise<number> {
  return page.evaluate(async (hz) => {
    const stream = (window as unknown as { played: MediaStream | null }).played;
    if (!stream) return -120;
    const c = new AudioContext();
    const analyser = new AnalyserNode(c, { fftSize: 8192, smoothingTimeConstant: 0 });
    c.createMediaStreamSource(stream).connect(analyser);
    await new Promise((next) => setTimeout(next, 400));
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const at = Math.round((hz * analyser.fftSize) / c.sampleRate);
    await c.close();
    return Math.max(...bins.subarray(at - 2, at + 3));
  }, hertz);
}

async function answerInBrowser(page: Page): Promise<void> {
  await answerOn(page, "In the browser");
  await page.waitForSelector(".sound-mark.here");
}

const callAnna = () =>
  telephone(
    ...["-call", "101", "-user", "901", "-password", "demo-adam", "-name", "Adam"],
    ...["-duration", "120s", "-levels", "-tone", "433"],
  );

const agentTone = /agent 1021 Hz (\S+) dBFS/;
const nobodyIsOnALine = () => until(async () => (await figure("sufler_rtc_legs")) === 0, "no leg of a page");

let opened: Promise<Opened> | undefined;

/** Anna's desk, one for all the tests: she answers in the browser. */
function anna(): Promise<Opened> {
  opened ??= open("/desk/?as=anna", { script, permissions: ["microphone"] }).then(async (o) => {
    await answerInBrowser(o.page);
    return o;
  });
  return opened;
}

// The bar of the call, and the way back into it.
test("a call rings in the page, is answered by a key, muted, given digits, and survives a reload without a click", async () => {
  const { page, troubles } = await anna();
  const phone = callAnna();
  await page.waitForSelector(".strip.incoming[role=alert]");
  assert.match((await page.textContent(".strip.incoming")) ?? "", /Adam Král/);
  assert.match(await page.title(), /Incoming call/);
  assert.equal(await asked(page), 0, "nobody is asked for a microphone before the answer");
  await page.keyboard.press("a");
  await page.waitForSelector(".call-bar.talking .mute");
  await until(async () => Number((await phone.says(agentTone))[1]) > -35, "the agent at the telephone");
  await until(async () => (await heard(page, 433)) > -50, "the client in the page");

  await page.keyboard.press("m");
  await page.waitForSelector(".mute[aria-pressed=true]");
  phone.forget();
  await until(async () => Number((await phone.says(agentTone))[1]) < -60, "silence under mute");
  await page.waitForSelector(".strip:has-text('You are muted')");
  await page.keyboard.press("m");

  await page.click("[aria-label=Keypad]");
  await page.waitForSelector(".pad");
  await page.keyboard.press("5");
  await phone.says(/keys heard: 5/);
  assert.deepEqual(await complaints(page), []);
  await page.keyboard.press("Escape");

  await page.reload();
  await page.waitForSelector(".strip.green");
  phone.forget();
  await until(async () => Number((await phone.says(agentTone))[1]) > -35, "the agent after the reload");

  await page.click(".call-bar .stop");
  await phone.says(/ended/);
  await page.click(".call-bar .filled");
  await nobodyIsOnALine();
  assert.deepEqual(troubles, []);
  await phone.stop();
});

// One tab holds the sound.
test("the sound moves to another tab in the middle of a call", async () => {
  const { page, troubles } = await anna();
  const phone = callAnna();
  await page.click(".strip.incoming .go");
  await page.waitForSelector(".call-bar.talking .mute");
  const token = await page.evaluate(() => sessionStorage.getItem("sufler.tab") ?? "");
  const second = await page.context().newPage();
  await second.addInitScript((t) => sessionStorage.setItem("sufler.tab", t), token);
  await second.goto(page.url().replace(/\?.*/, ""));
  await second.waitForSelector(".call-bar.talking");
  assert.equal(await second.$(".mute"), null, "a tab without the sound has nothing to mute");
  await second.click(".self .button:has-text('Use sound here')");
  await second.waitForSelector(".call-bar .mute");
  await page.waitForSelector(".self .button:has-text('Use sound here')");
  assert.equal(await page.$(".call-bar .mute"), null);
  phone.forget();
  await until(async () => Number((await phone.says(agentTone))[1]) > -35, "the agent from the second tab");
  await second.click(".call-bar .stop");
  await phone.says(/ended/);
  await second.close();
  await page.waitForSelector(".sound-mark.here");
  await page.click(".call-bar .filled");
  await nobodyIsOnALine();
  assert.deepEqual(troubles, []);
  await phone.stop();
});

test("who is called in the middle of a talk sees by whom, and may end the one for the other", async () => {
  const { page, troubles } = await anna();
  const first = callAnna();
  await page.click(".strip.incoming .go");
  await page.waitForSelector(".call-bar.talking .mute");
  await first.says(agentTone);
  const second = telephone(
    ...["-call", "101", "-user", "102", "-password", "demo-boris", "-name", "Boris"],
    ...["-duration", "120s", "-levels", "-tone", "433"],
  );
  await page.waitForSelector(".strip.incoming:has-text('Boris')");
  await page.keyboard.press("a"); // answers nothing while somebody is talked to
  assert.equal(await page.locator(".strip.incoming .button:has-text('Decline')").count(), 1);
  await page.click(".strip.incoming .button:has-text('Hang up and answer')");
  await first.says(/ended/);
  await until(async () => Number((await second.says(agentTone))[1]) > -35, "the agent at the second telephone");
  await until(async () => (await figure("sufler_rtc_legs")) === 1, "one leg of a page");
  await page.click(".call-bar .stop");
  await second.says(/ended/);
  await page.click(".call-bar .filled");
  await nobodyIsOnALine();
  assert.deepEqual(troubles, []);
  await first.stop();
  await second.stop();
});

test("a call that is declined leaves nothing behind, and no microphone was asked for", async () => {
  const { page, troubles } = await anna();
  const before = await asked(page);
  const phone = callAnna();
  await page.click(".strip.incoming .button:has-text('Decline')");
  await phone.says(/ended/);
  await page.waitForSelector(".strip.incoming", { state: "detached" });
  await page.click(".call-bar .filled");
  await nobodyIsOnALine();
  assert.equal(await asked(page), before);
  assert.deepEqual(troubles, []);
  await phone.stop();
});

// Listen never asks for the microphone, the first whisper does, and leaving it closes the microphone.
test("a supervisor listens without a microphone, whispers with one, and gives it back", async () => {
  const { page, troubles, close } = await open("/desk/?as=sofia", { script, permissions: ["microphone"] });
  await answerInBrowser(page);
  await page.click("[href='#/team']");
  await page.click("tr:has-text('Cyril') .running-time");
  await page.waitForSelector(".choice button:focus");
  await page.keyboard.press("l");
  await page.waitForSelector(".banner.listen");
  await until(async () => numberOf(await page.textContent(".card .counts dd")) > 50, "frames to the client");
  assert.equal(await asked(page), 0);
  assert.match((await page.textContent(".own-sound")) ?? "", /microphone is closed/);

  await page.keyboard.press("w");
  await page.waitForSelector(".banner.whisper:has-text('The client cannot hear you')");
  await page.waitForSelector(".own-sound.open");
  assert.equal(await asked(page), 1);
  assert.equal(numberOf(await page.textContent(".card .counts dd >> nth=1")), 0);
  assert.deepEqual(await complaints(page), []);

  await page.reload();
  await page.waitForSelector(".strip.green");
  await page.waitForSelector(".banner.whisper");
  await page.waitForSelector(".own-sound.open");

  await page.keyboard.press("b");
  await page.waitForSelector(".banner.barge:has-text('EVERYBODY HEARS YOU')");
  await page.waitForSelector(".app.everybody");
  await page.keyboard.press("l");
  await page.waitForSelector(".banner.listen");
  await page.waitForSelector(".own-sound:not(.open)");
  await page.waitForSelector(".app:not(.everybody)");

  await page.keyboard.press("Escape");
  await page.waitForSelector(".own-sound", { state: "detached" });
  await nobodyIsOnALine();
  assert.deepEqual(troubles, []);
  await close();
});

// M016: the echo goes through the real way of the sound, and both levels are measured.
test("the sound check calls the echo and says that the sound works both ways", async () => {
  const { page, troubles, close } = await open("/desk/?as=boris", { script, permissions: ["microphone"] });
  await page.click(".check-offer .button");
  await page.click("dialog .filled[aria-disabled=false]");
  await page.waitForSelector("dialog .check-level >> nth=2");
  await until(async () => (await heard(page, 1021)) > -50, "the echo of the page's own tone");
  await page.waitForSelector("dialog .check-result.good:has-text('works both ways')");
  await nobodyIsOnALine();
  assert.deepEqual(troubles, []);
  await close();
});

for (const look of [
  {},
  { dark: true, locale: "ru-RU" },
  { width: 390, locale: "cs-CZ" },
  { width: 320, locale: "ru-RU" },
]) {
  test(`the sound check has no fault that axe finds and no sideways scroll: ${JSON.stringify(look)}`, async () => {
    const { page, troubles, close } = await open("/desk/?as=boris", { ...look, script, permissions: ["microphone"] });
    await page.click(".check-offer .button");
    await page.waitForSelector("dialog.sound-check[open]");
    await page.waitForSelector("dialog .filled[aria-disabled=false]");
    assert.deepEqual(await complaints(page), []);
    assert.ok((await overflow(page)) <= 0);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    assert.equal(await page.$(".check-offer"), null, "it is offered once");
    assert.deepEqual(troubles, []);
    await close();
  });
}
