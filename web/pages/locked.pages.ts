import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, open, overflow, stageIt } from "./rig";

/** A browser that lets no page make a sound before it is touched, as they are when people open them. */

stageIt("--autoplay-policy=document-user-activation-required");

test("until the page may make sound it says so, takes no calls, and one click turns it on", async () => {
  const { page, troubles, close } = await open("/desk/?as=anna", { width: 390 });
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
