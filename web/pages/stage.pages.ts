import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../demo.mjs";
import { numberOf, open, stageIt } from "./rig";

stageIt();

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
