import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { payloads } from "../shared/testing/xss";
import { type Guest, guest } from "./guest";
import { complaints, overflow, stagePrepared, theDemo } from "./rig";
import { acceptOffer, desk, finish, prepare, request } from "./staff";

/** A desk with much on it: nothing of what others have written runs, and nothing is out of reach. */

stagePrepared(prepare);

type Victim = typeof window & { ran?: string };

/** In every page: what a payload would call says that it was called. */
function trap(): void {
  localStorage.setItem("sufler.sound_checked", "1");
  for (const name of ["alert", "confirm", "prompt", "msgbox"]) {
    Object.assign(window, {
      [name]: () => {
        (window as Victim).ran = name;
      },
    });
  }
}

/** In a page: what stands there that a text must never become. */
function become(): string[] {
  const found = [
    ...document.body.querySelectorAll("script, iframe, object, embed, base, meta, form[action], svg script"),
  ];
  const all = [...document.querySelectorAll("*")];
  found.push(...document.body.querySelectorAll("img, video, audio, style, link"));
  found.push(...all.filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))));
  found.push(...all.filter((e) => /^\s*(javascript|vbscript|data|blob|file):/i.test(e.getAttribute("href") ?? "")));
  return found.filter((e) => !e.closest("head")).map((e) => e.outerHTML.slice(0, 200));
}

async function harmless(page: Page, where: string): Promise<void> {
  assert.deepEqual(await page.evaluate(become), [], where);
  assert.equal(await page.evaluate(() => (window as Victim).ran), undefined, where);
}

/** The texts in pieces that a field takes, none of them cut. */
function pieces(most: number, of: readonly string[]): string[] {
  const made: string[] = [];
  for (const p of of) {
    const last = made.at(-1);
    if (last !== undefined && last.length + p.length + 2 <= most) made[made.length - 1] = `${last}\n\n${p}`;
    else made.push(p);
  }
  return made;
}

/** What a message takes: the server refuses other signs. */
const message = payloads.filter((p) => [...p].every((c) => c >= " " || c === "\n" || c === "\t"));
/** What a field of one line takes. */
const oneLine = payloads.filter((p) => [...p].every((c) => c >= " "));
const script = "<script>alert(1)</script>";
const image = "<img src=x onerror=alert(1)>";

const word = (title: string, text: string) => ({
  order: 0,
  title,
  shortcut: "xss",
  text,
  language: "",
  scope: "all",
  group: "",
  operator: "",
});

/** What an administrator, and visitors before, have left behind. */
async function poison(): Promise<void> {
  await request("adam", "PUT", "/settings/templates/t-xss", word(image, pieces(3900, oneLine)[0] ?? ""));
  await request("adam", "PUT", "/settings/results/r-xss", { order: 0, title: script, active: true });
  await request("anna", "PUT", "/me/favourites/t-xss");
  const left = { name: image, email: "x@example.com", phone: "", text: payloads.slice(0, 30).join(" "), page: "" };
  const answer = await fetch(`${theDemo().url}/api/v1/widgets/default/messages`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...left, language: "en", browser: image, consent: true }),
  });
  assert.equal(answer.status, 202);
}

/** Writes and walks with every text that the corpus has. */
async function attack(mallory: Guest): Promise<void> {
  for (const text of pieces(1500, message)) await mallory.say(text);
  for (const title of pieces(480, oneLine)) await mallory.go(`https://shop.example/?q=${title}`.slice(0, 900), title);
  await mallory.go("javascript:alert(1)//https://shop.example/", script);
  await mallory.go(`https://shop.example/#${image}`, image);
}

// The corpus through every view of the desk: it is read as text, and none of it runs.
test("whatever visitors and colleagues write is text wherever the desk shows it", async () => {
  await poison();
  const { page, troubles, close } = await desk("anna", { script: trap });
  const dialogs: string[] = [];
  page.on("dialog", (d) => {
    dialogs.push(d.message());
    void d.dismiss();
  });
  const mallory = await guest(`https://shop.example/${image}`, script);
  await mallory.begin(script, { name: image, email: "", phone: "" });
  await page.waitForSelector(`.offer:has-text("${image}")`);
  await page.waitForSelector(`.waiting-list li:has-text("${image}")`);
  await attack(mallory);
  await page.click(".offer .button:not(.go) >> nth=0");
  await page.waitForSelector("dialog.preview .transcript");
  await harmless(page, "preview");
  await page.keyboard.press("Escape");
  await acceptOffer(page);
  await page.waitForSelector(`.run.visitor .bubble:has-text("${script}")`);
  await mallory.draft(payloads.slice(0, 40).join(" "));
  await page.waitForSelector(`.draft:has-text("${script}")`);
  const { sessions } = await request<{ sessions: { id: string }[] }>("anna", "GET", "/sessions");
  const at = `/sessions/${sessions[0]?.id}`;
  for (const text of pieces(1500, message)) await request("anna", "POST", `${at}/notes`, { text });
  await request("anna", "PUT", `${at}/tags/${encodeURIComponent(image)}`);
  await request("anna", "PATCH", `${at}/visitor`, { name: image, phone: "", email: "" });
  await page.waitForSelector(`.notes li:has-text("${script}")`);
  await page.waitForSelector(`.chip.tag:has-text("${image}")`);
  await page.waitForSelector(`.pages a[title="${image}"]`);
  await harmless(page, "chat and client");
  await page.fill(".composer textarea", "#xs");
  await page.waitForSelector(`.suggestions:has-text("${image}")`);
  await harmless(page, "suggestions");
  await page.fill(".composer textarea", "");
  await page.click("#tab-templates");
  await page.waitForSelector(`.templates h2:has-text("${image}")`);
  await page.keyboard.press("Alt+KeyX");
  await page.waitForSelector(`.pick .menu-item:has-text("${image}")`);
  await harmless(page, "templates");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Alt+KeyR");
  await page.waitForSelector("dialog.redirect .targets label");
  await harmless(page, "redirect");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.keyboard.press("Alt+KeyB");
  await page.fill("dialog .field input", image);
  await page.click("dialog .filled");
  await page.waitForSelector(".chat .over");
  await page.keyboard.press("Alt+KeyE");
  await page.selectOption("dialog.finish select", { label: script });
  await page.fill("dialog.finish textarea", payloads.slice(0, 30).join(" "));
  await harmless(page, "finish");
  await page.press("dialog.finish textarea", "Enter");
  await page.waitForSelector("dialog.finish", { state: "detached" });
  for (const [name, seen] of [
    ["visitors", `tbody tr:has-text("${image}")`],
    ["missed", `tbody tr:has-text("${image}")`],
    ["bans", `tbody tr:has-text("${image}")`],
    ["day", `tbody tr:has-text("${script}")`],
    ["records", ".records .head"],
  ] as const) {
    await page.goto(`${theDemo().url}/desk/?as=anna#/${name}`);
    await page.waitForSelector(seen);
    if (name === "missed") await page.click(".words .link-button");
    if (name === "day") {
      await page.click(".link-button");
      await page.waitForSelector(`.transcript:has-text("${script}")`);
    }
    await harmless(page, name);
  }
  assert.ok(!(await page.title()).includes("&lt;"));
  assert.deepEqual(dialogs, []);
  assert.deepEqual(troubles, [], "not even the page's own policy had anything to refuse");
  await mallory.leave();
  await close();
});

// Axe and the width, with as much on the desk as there ever is.
test("a busy desk has no fault that axe finds and no sideways scroll, in every language, dark, at 390 and 320", async () => {
  const first = await desk("anna");
  const guests: Guest[] = [];
  for (const name of ["Jan Novák", "Ольга Константинопольская-Задунайская", "Maximiliana von und zu Hohenlohe"]) {
    const g = await guest("https://shop.example/a/very/long/address/of/a/page/that/never/ends?and=its&query=too", name);
    await g.begin("https://shop.example/a-very-long-word-without-any-blank-in-it-that-cannot-be-broken-anywhere", {
      name,
    });
    await acceptOffer(first.page);
    guests.push(g);
  }
  const waits = await guest();
  await waits.begin("Hello", { name: "Petr Šimek" });
  guests.push(waits);
  await guests[0]?.say("Are you there?");
  await guests[2]?.draft("what is being written");
  await first.page.waitForSelector(".waiting-list li:has-text('Petr')");
  await first.close();
  for (const look of [
    {},
    { dark: true, locale: "ru-RU" },
    { width: 390, locale: "cs-CZ" },
    { width: 320, locale: "ru-RU" },
  ]) {
    const { page, troubles, close } = await desk("anna", look);
    const right = async (where: string) => {
      assert.deepEqual(await complaints(page), [], where);
      assert.ok((await overflow(page)) <= 0, `${where} ${JSON.stringify(look)}: ${await overflow(page)} px too wide`);
    };
    await page.waitForSelector(".waiting-list li:has-text('Petr')");
    await right("waiting");
    const narrow = (look.width ?? 1280) < 700;
    if (narrow) {
      const parts = page.locator(".bottom > button");
      assert.equal(await parts.count(), 4, "no dead part where there is no call");
      await parts.nth(1).click();
      await right("mine");
      await parts.nth(2).click();
      await right("chat");
    }
    await page.click("#tab-templates");
    await right("templates");
    await page.click("#tab-client");
    for (const keys of ["Alt+KeyR", "Alt+Slash", "Alt+KeyI"]) {
      await page.keyboard.press(keys);
      await page.waitForSelector("dialog[open]");
      if (keys === "Alt+KeyR") await page.waitForSelector(".targets label");
      await right(keys);
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog[open]", { state: "detached" });
    }
    assert.deepEqual(troubles, []);
    await close();
  }
  const last = await desk("anna");
  for (let i = 0; i < 3; i++) await finish(last.page);
  await acceptOffer(last.page);
  await finish(last.page);
  await last.close();
  for (const g of guests) await g.leave();
});
