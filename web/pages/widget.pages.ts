import assert from "node:assert/strict";
import { test } from "node:test";
import { open, stageIt } from "./rig";

stageIt();

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
