import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { until } from "../demo.mjs";
import { answerOn, open, stageIt, theDemo } from "./rig";

stageIt();

/** A proxy as offices have them: requests pass, a WebSocket is answered with an error. */
const asked: string[] = [];
let refused = 0;
const proxy = createServer((from, to) => {
  asked.push(`${from.method} ${from.url}`);
  const { hostname, port } = new URL(theDemo().url);
  const on = forward({ hostname, port, path: from.url, method: from.method, headers: from.headers }, (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(to);
  });
  on.on("error", () => to.destroy());
  to.on("close", () => on.destroy());
  from.pipe(on);
});
proxy.on("upgrade", (_, socket) => {
  refused += 1;
  socket.end(
    refused % 2 ? "HTTP/1.1 502 Bad Gateway\r\n\r\n" : "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
  );
});

let url = "";
before(async () => {
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
after(() => {
  proxy.closeAllConnections();
  proxy.close();
});

/** The lines that were asked for what is new. */
const lines = () => new Set(asked.map((a) => /^GET .api.v1.line.(\w+)/.exec(a)?.[1]).filter(Boolean));
const count = (begin: string) => asked.filter((a) => a.startsWith(begin)).length;

test("behind a proxy that lets no WebSocket through desk and widget are told at once all the same", async () => {
  const anna = await open(`${url}/desk/?as=anna`);
  await until(async () => lines().size === 1, "the desk's line");
  await answerOn(anna.page, "On phone 101");
  await anna.page.waitForSelector(".status-chip.state-online");
  const shop = await open(`${url}/demo/`);
  await shop.page.click("sufler-widget #open");
  await shop.page.click(".to-callback");
  await shop.page.fill("[name=number]", "+420 777 000 001");
  await shop.page.check("[name=consent]");
  await shop.page.click(".button.filled");
  await shop.page.waitForSelector(".steps");
  await until(async () => lines().size === 3, "the lines of the visitor and of the call back");
  // Without a line the visitor's page would ask each second; one question may be on its way.
  const polls = count("GET /api/v1/callbacks/") + 1;
  await anna.page.waitForSelector(".offer");
  await anna.page.click(".offer .go");
  await anna.page.waitForSelector(".call-bar.talking");
  await shop.page.waitForSelector(".timer");
  await anna.page.click(".call-bar .stop");
  await shop.page.waitForSelector(".timer", { state: "detached" });
  assert.ok(count("GET /api/v1/callbacks/") <= polls, "nothing was asked for");
  assert.ok(refused >= 4, `${refused} WebSockets were tried`);
  for (const o of [anna, shop]) {
    const ours = o.troubles.filter((t) => !t.includes("WebSocket"));
    assert.deepEqual(ours, []);
    await o.close();
  }
});
