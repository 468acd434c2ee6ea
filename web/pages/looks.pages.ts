import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, open, overflow, stageIt } from "./rig";

stageIt();

const pages = [
  { url: "/", ready: ".panel[class*=mode-]:not(.mode-none)" },
  { url: "/demo/", ready: "sufler-widget #open" },
  { url: "/demo/?lamp=desk", ready: ".article" },
  { url: "/demo/?page=checkout", ready: ".checkout" },
  { url: "/desk/", ready: "#password" },
  { url: "/desk/?as=anna", ready: ".desk" },
  { url: "/desk/?as=sofia#/team", ready: "tbody tr" },
  { url: "/desk/?as=sofia#/records", ready: ".records .head" },
];

for (const { url, ready } of pages) {
  for (const look of [
    {},
    { dark: true, locale: "ru-RU" },
    { width: 390, locale: "cs-CZ" },
    { width: 320, locale: "ru-RU" },
  ]) {
    test(`${url} has no fault that axe finds and no sideways scroll: ${JSON.stringify(look)}`, async () => {
      const { page, troubles, close } = await open(url, look);
      await page.waitForSelector(ready);
      assert.deepEqual(await complaints(page), []);
      assert.ok((await overflow(page)) <= 0, `${await overflow(page)} px too wide`);
      assert.deepEqual(troubles, []);
      await close();
    });
  }
}
