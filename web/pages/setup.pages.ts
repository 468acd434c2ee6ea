import assert from "node:assert/strict";
import { test } from "node:test";
import { browseOnly, complaints, emptyServer, open, overflow } from "./rig";

/** The first start of a server: who opens the printed link becomes its owner, once. */

browseOnly();

const looks = [
  {},
  { dark: true, locale: "ru-RU" },
  { width: 390, locale: "cs-CZ" },
  { width: 320, locale: "ru-RU", dark: true },
];

test("the printed link makes an owner, who is logged in, and nobody a second time", async () => {
  const server = await emptyServer();
  const { page, troubles, close } = await open(server.link);
  await page.waitForSelector("#full_name:focus");
  assert.equal(new URL(page.url()).hash, "", "no history keeps the token");
  for (const [field, text] of [
    ["#full_name", "Adam Král"],
    ["#login", "adam"],
    ["#password", "a sentence is a password"],
  ] as const) {
    await page.fill(field, text);
  }
  await page.click("button[type=submit]");
  await page.waitForSelector(".status-chip");
  assert.deepEqual(await complaints(page), []);
  await page.click("[href='#/team']");
  await page.waitForSelector("tbody tr:has-text('Adam Král')");
  assert.deepEqual(troubles, []);
  await close();

  const second = await open(server.link);
  for (const field of ["#full_name", "#login"]) await second.page.fill(field, "Eva");
  await second.page.fill("#password", "another sentence for it");
  await second.page.click("button[type=submit]");
  await second.page.waitForSelector("[role=alert]:has-text('The first owner exists already')");
  await second.page.click("text=Go to the login");
  await second.page.waitForSelector("#password:not([minlength])");
  await second.close();
  await server.stop();
});

// Bad input: no link, an old one, a short password.
test("without the printed link nobody becomes an owner, and the page says where it is", async () => {
  const server = await emptyServer();
  const { page, close } = await open(`${server.url}/desk/`);
  await page.waitForSelector("text=Nobody has an account here yet");
  assert.deepEqual(await complaints(page), []);
  await page.goto(`${server.url}/desk/#setup=${"x".repeat(43)}`);
  await page.reload();
  await page.waitForSelector("#full_name");
  for (const field of ["#full_name", "#login"]) await page.fill(field, "eve");
  await page.fill("#password", "short");
  await page.click("button[type=submit]");
  assert.equal(await page.locator("#password:invalid").count(), 1);
  await page.fill("#password", "long enough to be sent");
  await page.click("button[type=submit]");
  await page.waitForSelector("[role=alert]:has-text('This link is not the one')");
  await close();
  await server.stop();
});

test("the page of the first owner has no fault that axe finds and no sideways scroll", async () => {
  const server = await emptyServer();
  for (const look of looks) {
    const { page, troubles, close } = await open(server.link, look);
    await page.waitForSelector("#full_name:focus");
    assert.deepEqual(await complaints(page), []);
    assert.ok((await overflow(page)) <= 0, `${JSON.stringify(look)}: ${await overflow(page)} px too wide`);
    assert.deepEqual(troubles, []);
    await close();
  }
  await server.stop();
});
