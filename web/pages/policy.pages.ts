import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, beforeEach, test } from "node:test";
import type { Page } from "playwright-core";
import { Operator } from "./operator";
import { complaints, open, stageIt, theDemo } from "./rig";

/** The widget on other people's pages, under the policies that such pages have. */

stageIt();

/** A customer's site: one page, with the policy that is asked for. */
const site = createServer((request, answer) => {
  const { origin } = new URL(theDemo().url);
  const policy = policies(origin)[new URL(request.url ?? "/", "http://site").searchParams.get("policy") ?? ""];
  if (policy) answer.setHeader("Content-Security-Policy", policy);
  answer.setHeader("Content-Type", "text/html; charset=utf-8");
  const tag = `<script nonce="n0nce" src="${origin}/widget.js" data-widget="default" data-language="en" async></script>`;
  answer.end(
    `<!doctype html><html lang="en"><title>A shop</title><body><main><h1>A shop</h1></main>${tag}</body></html>`,
  );
});

/** A lets no connection out, B has Trusted Types as well, C lists whom it allows, D names the script tag's file alone. */
function policies(ours: string): Record<string, string> {
  const script = "script-src 'nonce-n0nce' 'strict-dynamic'";
  const rest = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'";
  const connect = `connect-src 'self' ${ours} ${ours.replace("http", "ws")}`;
  return {
    A: `${rest}; ${script}; connect-src 'self'`,
    B: `${rest}; ${script}; ${connect}; require-trusted-types-for 'script'`,
    C: `${rest}; script-src 'self' ${ours}; ${connect}; frame-src ${ours}`,
    D: `${rest}; script-src ${ours}/widget.js; ${connect}`,
  };
}

let address = "";
let anna: Operator;
beforeEach(async () => {
  if (address !== "") return;
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  anna = await Operator.comes("anna");
  await allow([address]);
});
after(() => site.close());

async function allow(origins: string[]): Promise<void> {
  const adam = await Operator.comes("adam");
  const { items } = await adam.asks<{ items: { id: string }[] }>("GET", "/settings/widgets");
  await adam.asks("PUT", "/settings/widgets/default", { ...items.find((w) => w.id === "default"), origins });
  await adam.close();
}

/** The site's page under a policy, and all that its console says. */
async function visit(policy: string) {
  const said: string[] = [];
  const before = async (page: Page) => {
    page.on("console", (m) => said.push(m.text()));
  };
  const o = await open(`${address}/?policy=${policy}`, { before });
  return { ...o, said };
}

for (const policy of ["", "B", "C"]) {
  test(`under ${policy === "" ? "no policy" : `policy ${policy}`} a visitor writes, and nothing of ours is refused`, async () => {
    const { page, said, troubles, close } = await visit(policy);
    await page.click("sufler-widget #open");
    await page.click(".to-chat");
    await page.fill(".composer textarea", "Hello");
    await page.press(".composer textarea", "Enter");
    const id = await anna.takes();
    await anna.says(id, "Good **day**, see https://example.com");
    await page.waitForSelector(".run.operator strong");
    assert.deepEqual(await complaints(page), []);
    await page.click("[aria-label=Emoji]");
    await page.waitForSelector(".emoji");
    await page.click(".head [aria-label=Back]");
    await page.click(".to-callback");
    await page.waitForSelector("[name=number]");
    await anna.ends(id);
    assert.deepEqual(said, []);
    assert.deepEqual(troubles, []);
    await close();
  });
}

for (const [policy, rule] of [
  ["A", "connect-src"],
  ["D", "script-src-elem"],
]) {
  test(`under policy ${policy} nothing half is shown, and the owner reads which rule keeps it away`, async () => {
    const { page, said, close } = await visit(policy as string);
    const { origin } = new URL(theDemo().url);
    const words = `sufler needs ${rule} ${origin} ${origin.replace("http", "ws")}`;
    if (!said.includes(words)) await page.waitForEvent("console", (m) => m.text() === words);
    await page.waitForSelector("sufler-widget", { state: "detached" });
    await close();
  });
}

test("a page that is not on the widget's list shows nothing, and its owner reads why", async () => {
  await allow([]);
  const { page, said, close } = await visit("");
  const isReason = (text: string) => text.startsWith("sufler:");
  const words = said.find(isReason) ?? (await page.waitForEvent("console", (m) => isReason(m.text()))).text();
  assert.match(words, new RegExp(address));
  assert.equal(await page.locator("sufler-widget").count(), 0);
  await close();
});
