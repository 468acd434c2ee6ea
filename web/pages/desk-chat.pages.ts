import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../demo.mjs";
import { guest } from "./guest";
import { complaints, stagePrepared } from "./rig";
import { acceptOffer, desk, finish, mine, prepare, request, say } from "./staff";

stagePrepared(prepare);

// M001, M070-M073, M075, M090-M100: everything about one visitor on one page.
test("an operator writes with a visitor, knows who it is, and reads what is being written", async () => {
  const { page, troubles, close } = await desk("anna");
  const jan = await guest("https://shop.example/lamps", "Lamps");
  await jan.begin("Good afternoon, where is my **parcel**?", { name: "Jan Novák" });
  await page.waitForSelector(".offer:has-text('Jan Novák')");
  await acceptOffer(page);
  await page.waitForSelector(".bubble strong:has-text('parcel')");
  assert.equal(await page.inputValue(".visitor-form input >> nth=0"), "Jan Novák");

  // M098, M099: the pages grow while the visitor walks.
  await jan.go("https://shop.example/order/20481", "Order");
  const link = page.locator(".pages a:has-text('/order/20481')");
  await link.waitFor();
  assert.equal(await link.getAttribute("target"), "_blank");
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");

  // M080-M082: shown while it is written, no message before it is sent, one afterwards.
  await jan.draft("so if it does not come");
  const draft = page.locator(".draft:has-text('so if it does not come')");
  await draft.waitFor();
  assert.match((await draft.textContent()) ?? "", /being written/);
  assert.equal(await page.locator(".bubble:has-text('so if it does not come')").count(), 1);
  assert.equal(await draft.locator("button, a").count(), 0, "nothing to answer by");
  await jan.say("so if it does not come by Friday?");
  await draft.waitFor({ state: "detached" });
  await page.waitForSelector(".run.visitor:not(.draft):has-text('by Friday?')");
  assert.ok(!(await jan.told()).includes("being written"));

  // M100: a note is written down and never told to the visitor.
  await page.fill(".note-field textarea", "Is at the depot since Tuesday");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".notes li:has-text('depot')");
  // M093
  await page.click(".tags .quiet");
  await page.keyboard.type("vip");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".chip.tag:has-text('vip')");
  await page.keyboard.press("Escape");
  // M092
  await page.fill(".visitor-form input >> nth=2", "jan@example.cz");
  await page.press(".visitor-form input >> nth=2", "Enter");
  await page.waitForSelector(".visitor-form [role=status]:has-text('saved')");

  // M072, M075: what is marked is marked at the visitor; delivery is seen.
  await page.fill(".composer textarea", "Friday");
  await page.keyboard.press("Control+a");
  await page.click(".composer .tools [aria-haspopup] >> nth=0");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue(".composer textarea"), "**Friday**");
  await page.keyboard.press("Enter");
  await jan.reads("**Friday**");
  await page.waitForSelector(".run.mine .mark:has-text('sent')");
  const entries = await jan.entries();
  await jan.seen(entries.at(-1)?.n ?? 0);
  await page.waitForSelector(".run.mine .mark:has-text('seen')");
  // M073
  await page.click(".composer .tools [aria-haspopup] >> nth=1");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue(".composer textarea"), "😃");
  await page.keyboard.press("Enter");
  await jan.reads("😃");

  const told = await jan.told();
  for (const secret of ["depot", "vip", "Anna Malá"]) assert.ok(!told.includes(secret), secret);
  assert.deepEqual(await complaints(page), []);
  await finish(page);
  assert.deepEqual(troubles, []);
  await jan.leave();
  await close();
});

// M077-M079, M030: by menu, by star, by # and shortcut.
test("a template is found, starred, and put into the chat by menu, by star and by its shortcut", async () => {
  const { page, troubles, close } = await desk("anna");
  const jan = await guest();
  await jan.begin("Hello", { name: "Jan" });
  await acceptOffer(page);
  await page.click("#tab-templates");
  await page.fill(".templates input", "PARCEL");
  await page.waitForSelector(".templates li >> nth=0");
  assert.equal(await page.locator(".templates li").count(), 1);
  await page.click(".templates .star");
  await page.waitForSelector(".templates .star[aria-pressed=true]");
  await page.click("#tab-client");
  await page.click(".favourites button:has-text('Where is my parcel')");
  assert.equal(await page.inputValue(".composer textarea"), "Hello Jan, your **parcel** is on its way.");
  await page.fill(".composer textarea", "");
  await page.focus(".composer textarea");
  await page.keyboard.type("#by");
  await page.waitForSelector(".suggestions [aria-selected=true]:has-text('Goodbye')");
  await page.keyboard.press("Tab");
  assert.equal(await page.inputValue(".composer textarea"), "Goodbye, says Anna.");
  await page.keyboard.press("Enter");
  await jan.reads("Goodbye, says Anna.");
  await page.keyboard.press("Alt+KeyX");
  await page.waitForSelector(".pick input:focus");
  await page.keyboard.type("parcel");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue(".composer textarea"), "Hello Jan, your **parcel** is on its way.");
  // M079: it is Anna's own star.
  const others = await request<{ favourites: string[] }>("sofia", "GET", "/me/personal");
  assert.deepEqual(others.favourites, []);
  await page.fill(".composer textarea", "");
  await page.click("#tab-templates");
  await page.fill(".templates input", "parcel");
  await page.click(".templates .star[aria-pressed=true]");
  await page.waitForSelector(".templates .star[aria-pressed=false]");
  await finish(page);
  assert.deepEqual(troubles, []);
  await jan.leave();
  await close();
});

// M002, M031: several at once, the unread first, each with its own unsent text.
test("several chats run side by side: unread marks, own drafts, previous and next", async () => {
  const { page, troubles, close } = await desk("anna");
  const [eva, petr] = [await guest(), await guest()];
  await eva.begin("I am Eva", { name: "Eva" });
  await acceptOffer(page);
  await petr.begin("I am Petr", { name: "Petr" });
  await acceptOffer(page);
  await page.waitForSelector(".chat-head h2:has-text('Petr')");
  await page.fill(".composer textarea", "for Petr");
  await eva.say("Are you there?");
  await page.waitForSelector(".mine-list li:has-text('Eva') .badge.unread:has-text('1')");
  assert.match((await mine(page))[0] ?? "", /Eva/, "the unread one stands first");
  assert.equal(await page.inputValue(".composer textarea"), "for Petr", "and nothing moved under the writer's hands");
  assert.match(await page.title(), /^\(1\)/);
  await page.keyboard.press("Alt+KeyF");
  await page.waitForSelector(".chat-head h2:has-text('Eva')");
  await page.waitForSelector(".badge.unread", { state: "detached" });
  assert.equal(await page.inputValue(".composer textarea"), "");
  await say(page, "Here I am, Eva");
  await eva.reads("Here I am, Eva");
  await page.keyboard.press("Alt+KeyJ");
  await page.waitForSelector(".chat-head h2:has-text('Petr')");
  assert.equal(await page.inputValue(".composer textarea"), "for Petr");
  assert.ok(!(await petr.told()).includes("Here I am, Eva"));

  // A reload keeps all of it.
  await page.reload();
  await page.waitForSelector(".chat-head h2:has-text('Petr')");
  assert.equal(await page.inputValue(".composer textarea"), "for Petr");
  await page.waitForSelector(".run.visitor:has-text('I am Petr')");
  assert.equal(await page.locator(".mine-list li").count(), 2);
  await finish(page);
  await finish(page);
  assert.deepEqual(troubles, []);
  await eva.leave();
  await petr.leave();
  await close();
});

// B 6: what is written in one desk appears in all of a person's.
test("several desks of one operator show the same", async () => {
  const first = await desk("anna");
  const second = await desk("anna");
  const jan = await guest();
  await jan.begin("Hello", { name: "Jan" });
  await acceptOffer(first.page);
  await second.page.waitForSelector(".run.visitor:has-text('Hello')");
  await say(first.page, "from the first");
  await second.page.waitForSelector(".run.mine:has-text('from the first')");
  await say(second.page, "from the second");
  await first.page.waitForSelector(".run.mine:has-text('from the second')");
  await jan.reads("from the second");
  const told = (await jan.entries()).filter((e) => e.kind === "chat.said" && e.data.from === "operator");
  assert.equal(told.length, 2);
  await finish(second.page);
  await first.page.waitForSelector(".mine-list .empty");
  for (const d of [first, second]) {
    assert.deepEqual(d.troubles, []);
    await d.close();
  }
  await jan.leave();
});

// M181-M185: only OK frees the place.
test("a chat that has ended holds its place until OK, and the next visitor comes with it", async () => {
  const { page, troubles, close } = await desk("anna");
  const guests = [];
  for (const name of ["One", "Two", "Three"]) {
    const g = await guest();
    await g.begin("Hello", { name });
    await acceptOffer(page);
    guests.push(g);
  }
  await page.waitForSelector(".status-chip:has-text('Busy (3 of 3 chats)')");
  const four = await guest();
  await four.begin("Hello", { name: "Four" });
  guests.push(four);
  await page.waitForSelector(".waiting-list li:has-text('Four')");
  assert.equal(await page.locator(".offer").count(), 0);
  // M180: the visitor is told; closing the dialog is no OK.
  await page.click(".bar .acts .end");
  await page.waitForSelector("dialog.finish");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog.finish", { state: "detached" });
  await page.waitForSelector(".mine-list .finish");
  await page.waitForSelector(".status-chip:has-text('Finishing 1')");
  assert.equal(await page.locator(".offer").count(), 0);
  assert.equal((await guests[2]?.session())?.state, "ended");
  // M182, M183: the result from the list; no mail where no address is known.
  await page.click(".mine-list li:has(.finish) button");
  assert.ok(await page.isDisabled("dialog.finish [type=checkbox]"));
  await page.selectOption("dialog.finish select", { label: "Wanted information" });
  await page.fill("dialog.finish textarea", "Knows enough");
  await page.press("dialog.finish textarea", "Enter");
  await page.waitForSelector(".offer:has-text('Four')");
  await acceptOffer(page);
  const list = await request<{ sessions: { visitor: { name: string }; result: string; note: string }[] }>(
    "anna",
    "GET",
    "/sessions?text=Knows",
  );
  assert.deepEqual(
    list.sessions.map((s) => [s.visitor.name, s.result, s.note]),
    [["Three", "r-info", "Knows enough"]],
  );
  for (let i = 0; i < 3; i++) await finish(page);
  await page.waitForSelector(".mine-list .empty");
  assert.deepEqual(troubles, []);
  for (const g of guests) await g.leave();
  await close();
});

// B 8, PRODUCT D 14: what the visitor ends waits in the list and comes between nobody and their typing.
test("a visitor who ends or leaves is marked, and nothing opens by itself", async () => {
  const { page, troubles, close } = await desk("anna");
  const [jan, eva] = [await guest(), await guest()];
  await jan.begin("Hello", { name: "Jan" });
  await acceptOffer(page);
  await eva.begin("Hello", { name: "Eva" });
  await acceptOffer(page);
  await page.waitForSelector(".chat-head:has-text('Eva')");
  await page.focus(".composer textarea");
  await page.keyboard.type("I am wri");
  await jan.end();
  await page.waitForSelector(".mine-list li:has-text('Jan') .tile.finish");
  await page.keyboard.type("ting");
  assert.equal(await page.inputValue(".composer textarea"), "I am writing");
  assert.equal(await page.locator("dialog").count(), 0);
  await eva.leave();
  await page.waitForSelector(".chat-head .chip.left");
  await page.waitForSelector(".who-reads:has-text('nobody will read this')");
  await page.fill(".visitor-form input >> nth=2", "eva@example.cz");
  await page.press(".visitor-form input >> nth=2", "Enter");
  await page.waitForSelector(".who-reads:has-text('eva@example.cz')");
  await finish(page);
  await page.click(".mine-list li button");
  await page.press("dialog.finish textarea", "Enter");
  await page.waitForSelector(".mine-list .empty");
  await until(async () => (await mine(page)).length === 0, "nothing open");
  assert.deepEqual(troubles, []);
  await jan.leave();
  await close();
});
