import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { complaints, open, overflow, stageIt } from "./rig";

/** A browser that lets no page make a sound before it is touched, as they are when people open them. */

stageIt("--autoplay-policy=document-user-activation-required");

test("until the page may make sound it says so, takes no calls, and one click turns it on", async () => {
  // What a test asks of a page counts as a touch to Chromium: nothing is asked before the page was kept silent.
  let silenced: Promise<unknown> = Promise.resolve();
  const before = async (p: Page) => {
    silenced = p.waitForEvent("console", { predicate: (m) => m.text().includes("AudioContext was not allowed") });
  };
  const { page, troubles, close } = await open("/desk/?as=anna", { width: 390, before });
  await silenced;
  await page.waitForSelector(".strip.amber:has-text('Sound is off in this tab')");
  await page.waitForSelector(".sound-mark.trouble");
  assert.deepEqual(await complaints(page), []);
  assert.ok((await overflow(page)) <= 0);
  await page.click(".strip.amber .button");
  await page.waitForSelector(".sound-mark.here");
  assert.equal(await page.$(".strip.amber"), null);
  assert.deepEqual(troubles, []);
  await close();
});
