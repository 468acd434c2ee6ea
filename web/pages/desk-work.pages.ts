import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../demo.mjs";
import type { Entry, Session } from "../shared/protocol";
import { guest } from "./guest";
import { open, stagePrepared } from "./rig";
import { acceptOffer, desk, finish, mine, prepare, request, say } from "./staff";

/** What an operator does in a day besides writing. */

stagePrepared(prepare);

interface Counters {
  groups: { name: string; counters: Record<string, number>; people: { name: string }[] }[];
}

const openSessions = async (login: string) =>
  (await request<{ sessions: Session[] }>(login, "GET", "/sessions")).sessions.filter((s) => s.state === "active");
const entriesOf = async (id: string) => (await request<{ entries: Entry[] }>("anna", "GET", `/sessions/${id}`)).entries;

// M160-M172, M102: to a person, and back to a group, with words for who comes next.
test("a visitor is handed to a colleague and back to a group, once, and talks on in one chat", async () => {
  const sofia = await desk("sofia");
  const anna = await desk("anna");
  const jan = await guest();
  await jan.begin("Hello", { name: "Jan" });
  await acceptOffer(anna.page);
  const id = (await openSessions("anna"))[0]?.id ?? "";
  const dialog = anna.page.locator("dialog.redirect");

  // M163-M169: each row says its five numbers by name, and they are those of the server.
  await anna.page.keyboard.press("Alt+KeyR");
  await dialog.locator(".target.person").first().waitFor();
  const told = await request<Counters>("anna", "GET", "/counters?kind=chat");
  for (const [i, g] of told.groups.entries()) {
    const { free, busy, paused, queued, prequeued } = g.counters;
    const row = ((await dialog.locator(".target.group").nth(i).textContent()) ?? "").replace(/\s+/g, " ");
    assert.ok(row.startsWith(g.name), row);
    const said = [...row.matchAll(/: (\d+)/g)].map((m) => Number(m[1]));
    assert.deepEqual(said, [free, busy, paused, queued, prequeued], row);
  }
  const row = (await dialog.locator(".target.group").first().textContent()) ?? "";
  assert.match(row, /can take another chat:.*Busy:.*On pause:.*waiting for operators:.*waiting to enter/);
  // M162: by name, as one types it.
  await dialog.locator("input[type=search]").fill("VESELA");
  await until(async () => (await dialog.locator(".target.person").count()) > 0, "somebody found");
  for (const row of await dialog.locator(".target.person").allTextContents()) assert.match(row, /Sofia Veselá/);
  // M172: Cancel changes nothing.
  await dialog.locator(".target.person input").first().check();
  await dialog.locator("textarea").fill("never said");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(
    (await openSessions("anna")).map((s) => s.id),
    [id],
  );

  await anna.page.click(".bar .acts button:has-text('Redirect')");
  await dialog.locator("input[type=search]").fill("sofia");
  await dialog.locator(".target.person input").first().check();
  await dialog.locator("select").selectOption({ label: "Wanted information" });
  await dialog.locator("textarea").fill("Wants to know about the lamp");
  await dialog.locator("[type=submit]").dblclick();
  await dialog.waitFor({ state: "detached" });
  await anna.page.waitForSelector(".mine-list .empty");
  // M102: read before the chat is accepted, and after.
  await sofia.page.waitForSelector(".offer:has-text('Jan')");
  await sofia.page.click(".offer .button:not(.go) >> nth=0");
  await sofia.page.waitForSelector("dialog.preview .handed:has-text('Wants to know about the lamp')");
  await sofia.page.keyboard.press("Escape");
  await acceptOffer(sofia.page);
  await sofia.page.waitForSelector(".handed:has-text('Wants to know about the lamp')");
  await sofia.page.waitForSelector(".run.visitor:has-text('Hello')");
  await say(sofia.page, "I am Sofia");
  await jan.reads("I am Sofia");

  // M161, M170: a group is lit up, and anybody of it may take the visitor.
  await sofia.page.keyboard.press("Alt+KeyR");
  const back = sofia.page.locator("dialog.redirect");
  await back.locator(".target.group:has-text('front') input").check();
  await back.locator(".target.group.on:has-text('front')").waitFor();
  await back.locator("[type=submit]").click();
  await acceptOffer(anna.page);
  await anna.page.waitForSelector(".run:has-text('I am Sofia')");
  const facts = await entriesOf(id);
  assert.equal(facts.filter((e) => e.kind === "session.redirected").length, 2, "a double click is one redirect");
  const seen = await jan.told();
  for (const secret of ["about the lamp", "Veselá", "Wanted information"]) assert.ok(!seen.includes(secret), secret);
  assert.equal((await jan.entries()).filter((e) => e.kind === "session.redirected").length, 2);
  await finish(anna.page);
  await jan.leave();
  for (const d of [anna, sofia]) {
    assert.deepEqual(d.troubles, []);
    await d.close();
  }
});

// M062-M065, M061, M036, M025: looked at, taken, kept out, let in again.
test("who waits is seen without being taken; who is rude is kept out until somebody lets them in", async () => {
  const { page, troubles, close } = await desk("anna");
  const rude = await guest("https://shop.example/lamps", "Lamps");
  await rude.begin("You are all fools", { name: "Rude" });
  await page.waitForSelector(".offer:has-text('Rude')");
  assert.equal(await page.getAttribute(".waiting-list .tile", "title"), "Chat");
  await page.click(".offer .button:not(.go) >> nth=0");
  const preview = page.locator("dialog.preview");
  await preview.locator(".transcript:has-text('You are all fools')").waitFor();
  await preview.locator(".pages a:has-text('/lamps')").waitFor();
  assert.equal((await rude.session())?.state, "waiting");
  assert.equal((await openSessions("anna")).length, 0);
  assert.ok(!(await rude.told()).includes("Anna"), "the visitor sees nothing of it");
  await preview.locator(".go").click();
  await page.waitForSelector(".chat .composer textarea");

  await page.keyboard.press("Alt+KeyB");
  assert.equal(await page.getAttribute("dialog .filled", "aria-disabled"), "true", "not without a reason");
  await page.fill("dialog .field input", "Insults everybody");
  await page.getByRole("radio", { name: "30 days" }).click();
  await page.click("dialog .filled");
  await page.waitForSelector(".chat .over");
  assert.equal((await rude.session())?.state, "ended");
  assert.ok(!(await rude.told()).includes("Insults"));
  await assert.rejects(
    rude.begin("Again", { message_id: "again" }),
    /nobody_online/,
    "it looks as if nobody were there",
  );
  await page.click(".chat .over .filled");
  await page.press("dialog.finish textarea", "Enter");
  await page.waitForSelector("dialog.finish", { state: "detached" });
  // I034, and who is banned is marked there.
  await page.click("[href='#/visitors']");
  await page.waitForSelector("tr:has-text('Rude'):has-text('banned'):has-text('/lamps')");
  await page.click(".avatar");
  await page.click(".menu-item[href='#/bans']");
  const row = page.locator("tr:has-text('Rude')");
  await row.waitFor();
  assert.match((await row.textContent()) ?? "", /Insults everybody.*Anna Malá/);
  await row.getByRole("button", { name: "Let in again" }).click();
  await row.waitFor({ state: "detached" });
  await page.click("[href='#/']");
  await rude.begin("Sorry", { message_id: "sorry" });
  await acceptOffer(page);
  await finish(page);

  // B 10, B 11: who came in vain is seen to by somebody; what one has done oneself is read again.
  await rude.begin("Nobody?", { message_id: "nobody" });
  await page.waitForSelector(".offer");
  await rude.end();
  await page.waitForSelector("[href='#/missed'] .badge:has-text('1')");
  await page.click("[href='#/missed']");
  await page.click("tr:has-text('Rude') >> text=Done");
  await page.waitForSelector("tbody tr", { state: "detached" });
  await page.click("[href='#/day']");
  await page.click(".day-page tr:has-text('Rude') .link-button");
  await page.waitForSelector(".unfolded .transcript:has-text('Sorry')");
  assert.deepEqual(troubles, []);
  await rude.leave();
  await close();
});

// M029, M060, M030-M035: by keys alone, from where nothing is open.
test("every key of the overview does what it says, is changed there, and the browser's own are refused", async () => {
  const { page, troubles, close } = await desk("anna");
  const press = (keys: string) => page.keyboard.press(keys);
  const shows = async (keys: string, css: string) => {
    await press(keys);
    await page.waitForSelector(css);
    await press("Escape");
    await page.waitForSelector(css, { state: "detached" });
  };
  // M029: an invitation from the waiting screen; who has its code comes to who made it.
  await press("Alt+KeyI");
  await page.click("dialog.invite .filled");
  const code = ((await page.textContent("dialog.invite .code")) ?? "").replace(/[^\d-]/g, "");
  assert.match(code, /^\d{4}-\d{4}$/);
  assert.match(await page.inputValue("dialog.invite .link input"), /\/i\/[\w-]{22}$/);
  await press("Escape");
  const jan = await guest();
  await jan.begin("I have a code", { kind: "invitation", code, name: "Jan" });
  await page.waitForSelector(".offer:has-text('Jan'):has-text('Invitation')");
  assert.equal(await page.getAttribute(".waiting-list .tile", "title"), "Invitation");
  await press("KeyA");
  await page.waitForSelector(".chat-head h2:has-text('Jan')");
  const eva = await guest();
  await eva.begin("Hello", { name: "Eva" });
  await page.waitForSelector(".offer:has-text('Eva')");
  await press("KeyA");
  await page.waitForSelector(".chat-head h2:has-text('Eva')");

  await press("Alt+KeyC");
  await page.waitForSelector(".composer textarea:focus");
  await page.keyboard.type("one");
  await press("Shift+Enter");
  await page.keyboard.type("two");
  assert.equal(await page.inputValue(".composer textarea"), "one\ntwo");
  await press("Enter");
  await eva.reads("one\ntwo");
  await press("Alt+KeyF");
  await page.waitForSelector(".chat-head h2:has-text('Jan')");
  await press("Alt+KeyJ");
  await page.waitForSelector(".chat-head h2:has-text('Eva')");
  // M035: the tabs in their order, and none of what there is not.
  assert.deepEqual(await page.locator(".tab-row [role=tab]:visible").allInnerTexts(), ["Client", "Templates"]);
  await press("Alt+Digit4");
  await page.waitForSelector("#tab-templates[aria-selected=true]");
  await press("Alt+Digit1");
  await page.waitForSelector("#tab-client[aria-selected=true]");
  await shows("Alt+KeyX", ".pick");
  await shows("Alt+KeyR", "dialog.redirect");
  await shows("Alt+KeyB", "dialog:has(#ban)");
  await shows("Alt+KeyM", ".menu-item");
  await shows("Alt+Slash", "dialog.keys");

  // The second way, where no field has the letters.
  await page.click(".chat-head h2");
  await press("KeyG");
  await press("KeyR");
  await page.waitForSelector("dialog.redirect");
  await press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });

  // M030: another key for it, not one that the browser keeps, nor one that is taken.
  await press("Alt+Slash");
  await page.getByRole("button", { name: /End the session/ }).click();
  await page.waitForSelector(".key-editor");
  await press("Control+KeyW");
  await page.waitForSelector(".key-editor .trouble");
  await press("Alt+KeyC");
  await page.waitForSelector(".key-editor .trouble:has-text('Write in the chat')");
  await press("Alt+KeyQ");
  await page.waitForSelector(".key-editor", { state: "detached" });
  await press("Escape");
  const kept = async () =>
    (await request<{ shortcuts: Record<string, string> }>("anna", "GET", "/me/personal")).shortcuts.end === "Alt+KeyQ";
  await until(kept, "the key to be kept for the person");
  await press("Alt+KeyE");
  assert.equal(await page.locator("dialog").count(), 0, "the old key does nothing");
  await press("Alt+KeyQ");
  await page.waitForSelector("dialog.finish");
  await press("Escape");
  await request("anna", "PUT", "/me/shortcuts", { shortcuts: {} });
  await page.click(".mine-list li:has(.finish) button");
  await page.press("dialog.finish textarea", "Enter");
  await page.waitForSelector("dialog.finish", { state: "detached" });
  await finish(page);
  assert.deepEqual(troubles, []);
  await jan.leave();
  await eva.leave();
  await close();
});

type Spied = typeof window & { told: { title: string; body: string; silent: boolean }[]; away(): void };

/** In the page: notices of the system are written down, and the window can lose the focus. */
function spy(): void {
  localStorage.setItem("sufler.sound_checked", "1");
  const told: Spied["told"] = [];
  let here = true;
  class Notice {
    static permission = "granted";
    static requestPermission = async () => "granted";
    onclick = null;
    constructor(title: string, more: { body: string; silent: boolean }) {
      told.push({ title, body: more.body, silent: more.silent });
    }
    close() {}
  }
  Object.assign(window, { Notification: Notice, told, away: () => (here = false) });
  document.hasFocus = () => here;
}

// M026-M028: chosen for this browser, told where it would not be seen.
test("notices of the system are told only where they are wanted and the desk is not looked at", async () => {
  const { page, troubles, close } = await desk("anna", { script: spy });
  const told = () => page.evaluate(() => (window as Spied).told.map((n) => `${n.title}: ${n.body}`));
  const jan = await guest();
  await jan.begin("Hello", { name: "Jan" });
  await acceptOffer(page);
  await page.evaluate(() => (window as Spied).away());
  await jan.say("nothing is told before it is wanted");
  await page.waitForSelector(".bubble:has-text('before it is wanted')");
  assert.deepEqual(await told(), []);
  await page.click(".avatar");
  await page.getByRole("button", { name: "Sounds and notifications" }).click();
  await page.check("dialog.notices [type=checkbox]");
  await page.locator("dialog.notices [type=range]").nth(2).fill("0");
  await page.click("dialog.notices footer .filled");
  await jan.say("now it is");
  await until(async () => (await told()).includes("Jan: now it is"), "a notice of the message");
  const eva = await guest();
  await eva.begin("Hello", { name: "Eva" });
  await until(async () => (await told()).some((n) => n.startsWith("Eva waits")), "a notice of the visitor");
  assert.ok(await page.evaluate(() => (window as Spied).told.every((n) => n.silent)), "its sound is ours");
  await acceptOffer(page);
  // It belongs to the browser: it is there after a reload, and nowhere else.
  const chosen = await page.evaluate(() => JSON.parse(localStorage.getItem("sufler.notices") ?? "{}"));
  assert.deepEqual([chosen.popups, chosen.volume.message, chosen.volume.call], [true, 0, 1]);
  const other = await desk("anna");
  assert.equal(await other.page.evaluate(() => localStorage.getItem("sufler.notices")), null);
  await other.close();
  await finish(page);
  await finish(page);
  assert.deepEqual(troubles, []);
  await jan.leave();
  await eva.leave();
  await close();
});

// PRODUCT C 13: no mouse is touched from the login to the next visitor.
test("a whole day is worked by the keyboard alone", async () => {
  const script = () => localStorage.setItem("sufler.sound_checked", "1");
  const { page, troubles, close } = await open("/desk/", { script });
  const k = page.keyboard;
  await page.waitForSelector("#password");
  await page.focus("[name=login]");
  await k.type("anna");
  await k.press("Tab");
  await k.type("demo-anna");
  await k.press("Enter");
  await page.waitForSelector(".status-chip");
  const jan = await guest();
  await jan.begin("Where is my parcel?", { name: "Jan" });
  await page.waitForSelector(".offer");
  await k.press("KeyA");
  await page.waitForSelector(".composer textarea");
  await k.press("Alt+KeyC");
  await page.waitForSelector(".composer textarea:focus");
  await k.type("#parcel");
  await page.waitForSelector(".suggestions [aria-selected=true]");
  await k.press("Enter");
  await k.press("Enter");
  await jan.reads("your **parcel** is on its way");
  /** Tab, until the focus is there. */
  const tabTo = async (css: string) => {
    for (let i = 0; i < 80; i++) {
      if (await page.evaluate((c) => document.activeElement?.matches(c) ?? false, css)) return;
      await k.press("Tab");
    }
    assert.fail(`the keyboard does not reach ${css}`);
  };
  await tabTo(".tags .quiet");
  await k.press("Enter");
  await k.type("vip");
  await k.press("Enter");
  await page.waitForSelector(".chip.tag:has-text('vip')");
  await k.press("Escape");
  await tabTo(".note-field textarea");
  await k.type("At the depot");
  await k.press("Control+Enter");
  await page.waitForSelector(".notes li:has-text('depot')");
  await k.press("Alt+KeyR");
  await page.waitForSelector("dialog.redirect .target");
  await tabTo("dialog.redirect .target input");
  await k.press("Space");
  await page.waitForSelector(".target.on");
  await k.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await k.press("Alt+KeyE");
  await page.waitForSelector("dialog.finish");
  await tabTo("dialog.finish textarea");
  await k.type("Knows it");
  await k.press("Enter");
  await page.waitForSelector(".mine-list .empty");
  const eva = await guest();
  await eva.begin("Next", { name: "Eva" });
  await page.waitForSelector(".offer");
  await k.press("KeyA");
  await page.waitForSelector(".chat-head h2:has-text('Eva')");
  assert.equal((await mine(page)).length, 1);
  await finish(page);
  assert.deepEqual(troubles, []);
  await jan.leave();
  await eva.leave();
  await close();
});
