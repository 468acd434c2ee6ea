import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../demo.mjs";
import { answerOn, complaints, numberOf, open, stageIt } from "./rig";

stageIt();

// M049-M051: from the shop's page to the record.
test("a visitor asks, an operator accepts, a supervisor whispers, and the record proves the silence", async () => {
  const anna = await open("/desk/?as=anna");
  await answerOn(anna.page, "On phone 101");
  await anna.page.waitForSelector(".status-chip.state-online");
  const shop = await open("/demo/", { locale: "cs-CZ" });
  await shop.page.click("sufler-widget #open");
  await shop.page.click(".to-callback");
  await shop.page.fill("[name=number]", "+420 777 000 001");
  await shop.page.click(".button.filled");
  await shop.page.waitForSelector("#fault");
  assert.equal(await shop.page.$(".steps"), null, "nothing is sent without consent");
  await shop.page.check("[name=consent]");
  const asked = shop.page.waitForRequest((r) => r.method() === "POST" && r.url().endsWith("/callbacks"));
  await shop.page.click(".button.filled");
  assert.equal((await asked).postDataJSON().widget, "default", "its widget's queue and its on and off hold");
  await shop.page.waitForSelector(".steps");

  await shop.page.reload();
  await shop.page.waitForSelector(".steps, .timer");

  await anna.page.waitForSelector(".offer");
  assert.ok(!(await anna.page.textContent(".offer"))?.includes("777"), "the number is not shown before accept");
  await anna.page.click(".offer .go");
  await anna.page.waitForSelector(".call-bar.talking");
  assert.match((await anna.page.textContent(".call-bar")) ?? "", /777.000.001/);
  await shop.page.waitForSelector(".timer");

  const sofia = await open("/desk/?as=sofia");
  await answerOn(sofia.page, "On phone 201");
  await sofia.page.click("[href='#/team']");
  await sofia.page.click("tr:has-text('Anna') .running-time");
  await sofia.page.waitForSelector(".choice button:focus");
  await sofia.page.keyboard.press("w");
  await sofia.page.waitForSelector(".banner.whisper");
  await until(async () => numberOf(await sofia.page.textContent(".card .counts dd")) > 50, "frames to the client");
  assert.equal(numberOf(await sofia.page.textContent(".card .counts dd >> nth=1")), 0);
  assert.deepEqual(await complaints(sofia.page), []);
  await sofia.page.fill("textarea", "Good.");
  await sofia.page.waitForSelector(".comment [role=status] .icon");

  await anna.page.click(".call-bar .stop");
  await shop.page.waitForSelector(".button.filled");
  await sofia.page.waitForSelector(".banner.ended");
  await sofia.page.click("a[href*='records/']");
  await sofia.page.waitForSelector(".tracks");
  assert.equal(numberOf(await sofia.page.textContent(".proof-box dd >> nth=1")), 0);
  assert.deepEqual(await complaints(sofia.page), []);
  for (const o of [anna, shop, sofia]) {
    assert.deepEqual(o.troubles, []);
    await o.close();
  }
});
