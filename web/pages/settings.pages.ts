import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { complaints, open, overflow, stageIt } from "./rig";

stageIt();

const owner = (section: string) => `/desk/?as=adam#/settings/${section}`;
const sections = [
  "people",
  "queues",
  "groups",
  "hours",
  "widgets",
  "templates",
  "results",
  "parameters",
  "tags",
  "policy",
  "mail",
  "file",
];

const opened = (page: Page) =>
  page.waitForSelector(".settings-section :is(.set-form, .add-line, .file tbody tr, .mail)");

for (const look of [{}, { dark: true, locale: "ru-RU" }, { width: 390, locale: "cs-CZ" }]) {
  test(`no section has a fault that axe finds or a sideways scroll: ${JSON.stringify(look)}`, async () => {
    for (const section of sections) {
      const { page, troubles, close } = await open(owner(section), look);
      await opened(page);
      assert.deepEqual(await complaints(page), [], section);
      assert.ok((await overflow(page)) <= 0, `${section}: ${await overflow(page)} px too wide`);
      assert.deepEqual(troubles, [], section);
      await close();
    }
  });
}

// I012: what FEATURES names of the days' business has a screen, and its names are found by who searches.
test("each setting is found by its name, and mail says how it is and is tried", async () => {
  const { page, troubles, close } = await open(owner("mail"));
  await page.getByText("No mail server is set up").waitFor();
  assert.equal(await page.getByRole("button", { name: "Send" }).count(), 0);
  for (const [name, section] of [
    ["Chats at the same time", "People"],
    ["Preview", "People"],
    ["Welcome", "Queues"],
    ["Overflow", "Queues"],
    ["Ways in", "Widgets"],
    ["Before a conversation", "Widgets"],
    ["Ask before", "Widgets"],
    ["Shortcut", "Templates"],
    ["Can be chosen", "Results"],
    ["Longest value", "Parameters"],
    ["Missed offers", "Groups"],
    ["Visitors from the web", "Rules for all"],
    ["Send a test mail", "Mail"],
  ] as const) {
    await page.getByRole("searchbox").fill(name);
    const hits = page.locator(".settings-list nav a").filter({ hasText: section });
    assert.ok((await hits.count()) > 0, `${name} in ${section}`);
  }
  const failure = {
    at: "2026-11-20T12:00:00.000Z",
    to: "jan@example.com",
    subject: "Chat",
    answer: "550 no",
    given_up: true,
  };
  const state = { set_up: true, from: "info@shop.example", waiting: 2, last_sent_at: null, last_failure: failure };
  await page.route("**/settings/mail", (r) => r.fulfill({ json: state }));
  await page.route("**/settings/mail/test", (r) => r.fulfill({ json: { answer: "250 taken" } }));
  await page.reload();
  await page.getByText("550 no").waitFor();
  await page.getByLabel("Send a test mail to").fill("adam@shop.example");
  await page.keyboard.press("Enter");
  await page.getByText("The mail server has taken it: 250 taken").waitFor();
  assert.deepEqual(await complaints(page), []);
  assert.deepEqual(troubles, []);
  await close();
});

// M042, M043, M062
test("the owner gives somebody more chats and the preview, and reads what is too much", async () => {
  const { page, close } = await open(owner("people"));
  await page.getByRole("button", { name: /^Anna Malá/ }).click();
  const chats = page.getByLabel("Chats at the same time");
  assert.equal(await chats.inputValue(), "3");
  assert.equal(await page.locator(".save-bar.on").count(), 0);
  await chats.fill("11");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Between 1 and 10.").waitFor();
  assert.equal(await chats.getAttribute("aria-invalid"), "true");
  assert.ok(await chats.evaluate((e) => e === document.activeElement));
  await chats.fill("5");
  await page.getByText("More than 3 at once are hard to serve well.").waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved").waitFor();
  await page.reload();
  await page.getByRole("button", { name: /^Anna Malá/ }).click();
  assert.equal(await chats.inputValue(), "5");
  await close();
});

// M076, M182: what the administrator adds is at the operators' desks without a reload.
test("a template and a result reach a desk that is open", async () => {
  const anna = await open("/desk/?as=anna");
  await anna.page.waitForSelector(".desk");
  const { page, close } = await open(owner("templates"));
  await page.getByLabel("New template").fill("Goodbye");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByLabel("Text", { exact: true }).fill("Good **bye**, {visitor}!");
  await page.getByLabel("Shortcut").fill("bye");
  const told = anna.page.waitForResponse((r) => r.url().endsWith("/settings/templates"));
  await page.keyboard.press("Enter"); // in a field of the form
  const got = (await (await told).json()) as { items: { title: string; shortcut: string }[] };
  assert.ok(got.items.some((m) => m.title === "Goodbye" && m.shortcut === "bye"));
  await anna.close();
  await close();
});

// M040, B 15
test("a widget of a second website has its own line, origins and ways in", async () => {
  const { page, close } = await open(owner("widgets"));
  await page.getByLabel("New widget").fill("Kavárna");
  await page.getByRole("button", { name: "Add" }).click();
  assert.match((await page.locator(".copied code").first().textContent()) ?? "", /data-widget="kavarna"/);
  await page.getByLabel("Pages that may carry it").fill("https://cafe.example\ncafe.example/menu");
  await page.getByLabel("Talk here").uncheck();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("An address of a site looks like").waitFor();
  await page.getByLabel("Pages that may carry it").fill("https://cafe.example");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved").waitFor();
  const offers = await page.evaluate(async () => (await fetch("/api/v1/widgets/kavarna")).json());
  assert.ok(!offers.channels.some((c: { kind: string }) => c.kind === "voice"));
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("Delete “Kavárna”?").waitFor();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: /^Kavárna/ }).waitFor({ state: "detached" });
  await close();
});

test("what is typed stays until it is saved, and a search leads to where a setting is", async () => {
  const { page, close } = await open(owner("queues"));
  await page.getByLabel("Places that operators see").fill("7");
  await page.getByLabel("Search settings").fill("places before");
  await page.getByRole("link", { name: /Places before the queue/ }).waitFor();
  await page.getByLabel("Search settings").fill("");
  await page.getByRole("link", { name: "Rules for all" }).click();
  await page.getByLabel("make tags of their own").waitFor();
  await page.getByRole("link", { name: "Queues" }).click();
  assert.equal(await page.getByLabel("Places that operators see").inputValue(), "7");
  await page.getByText("not saved", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Discard changes" }).click();
  assert.equal(await page.getByLabel("Places that operators see").inputValue(), "20");
  await close();
});

// I011: each sees the doors that are theirs.
test("a supervisor has the templates, an operator no settings at all", async () => {
  const sofia = await open("/desk/?as=sofia#/settings");
  await opened(sofia.page);
  assert.deepEqual(await sofia.page.locator(".settings nav a").allTextContents(), ["Templates"]);
  await sofia.close();
  const anna = await open("/desk/?as=anna");
  await anna.page.waitForSelector(".desk");
  await anna.page.getByRole("button", { name: "Menu" }).click();
  assert.equal(await anna.page.getByRole("link", { name: "Settings" }).count(), 0);
  await anna.close();
});
