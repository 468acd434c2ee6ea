import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../demo.mjs";
import { answerOn, complaints, open, stageIt, theDemo } from "./rig";
import { figure, telephone } from "./telephone";

/** A desk in a browser that may use the microphone and has none. (Without the leave Chromium would hide loopback from the line.) */

stageIt("--allow-loopback-in-peer-connection");

const quietest = -59;

// Where no microphone exists or is refused, the page says so and goes on.
test("without a microphone the desk says why and talks with a recorded voice", async () => {
  const { page, troubles, close } = await open("/desk/?as=anna", { permissions: ["microphone"] });
  await answerOn(page, "In the browser");
  await page.waitForSelector(".sound-mark.here");
  const phone = telephone("-call", "101", "-user", "901", "-password", "demo-adam", "-duration", "120s");
  await page.click(".strip.incoming .go");
  await page.waitForSelector(".strip.red");
  assert.match((await page.textContent(".strip.red strong")) ?? "", /microphone/);
  assert.deepEqual(await complaints(page), []);
  assert.equal(await page.$(".call-bar.talking"), null, "nobody is put on the line without a voice");
  await page.click(".strip.red .button:has-text('recorded voice')");
  await page.waitForSelector(".call-bar.talking .mute");
  const own = async () =>
    Number((await page.textContent(".voices > div:nth-child(2) .num"))?.replace(/[^\d]/g, "")) * -1;
  await until(async () => (await own()) > quietest, "the recorded voice in the server's meter");
  await page.click(".call-bar .stop");
  await phone.says(/ended/);
  await until(async () => (await figure("sufler_rtc_legs")) === 0, "no leg of a page");
  assert.deepEqual(troubles, []);
  await phone.stop();
  await close();
});

test("a call back that was accepted answers itself in the browser", async () => {
  const { page, troubles, close } = await open("/desk/?as=anna", { permissions: ["microphone"] });
  await answerOn(page, "In the browser");
  await page.waitForSelector(".sound-mark.here");
  const asked = await fetch(`${theDemo().url}/api/v1/callbacks`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ number: "+420777000001", name: "Jan Novák", language: "cs", browser: "b".repeat(64) }),
  });
  assert.equal(asked.status, 202);
  await page.click(".offer .go");
  await page.click(".strip.red .button:has-text('recorded voice')");
  await page.waitForSelector(".call-bar.talking .mute");
  assert.equal(await page.$(".strip.incoming"), null, "nobody answers twice what they have accepted");
  await page.click(".call-bar .stop");
  await page.click("dialog.finish [type=submit]");
  await until(async () => (await figure("sufler_rtc_legs")) === 0, "no leg of a page");
  assert.deepEqual(troubles, []);
  await close();
});
