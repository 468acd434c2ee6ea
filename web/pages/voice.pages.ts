import assert from "node:assert/strict";
import { test } from "node:test";
import { heardAtPhone, hears, listen, openPhone } from "./hearing";
import { complaints, open, stageIt } from "./rig";

/** A machine without a microphone. */
stageIt();

// D-4
test("without a microphone the demo lends a recorded voice, which is heard", async () => {
  const { page, troubles, close } = await open("/demo/", { permissions: ["microphone"], before: listen });
  await page.click("sufler-widget #open");
  await page.click(".to-voice");
  await page.waitForSelector("h3:has-text('No microphone was found')");
  assert.deepEqual(await complaints(page), []);
  await page.click("text=Use a recorded voice");
  await page.waitForSelector(".panel .timer", { timeout: 60_000 });
  await openPhone(page, "102");
  await heardAtPhone(page, "the recorded voice at Boris's phone");
  await hears(page, "Boris's voice");
  await page.click(".button.stop");
  await page.waitForSelector("h3:has-text('Thank you for the call')");
  assert.deepEqual(troubles, []);
  await close();
});
