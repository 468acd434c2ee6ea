// Takes the named states of the pages from a running demo into docs/shots/: `npm run shots`.
// The pages ask for Inter first (Debian: fonts-inter), so that pictures do not differ by machine.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startBrowser, startDemo, startEmpty, until } from "./demo.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const out = path.join(root, "docs/shots");

/** Every state in the first look; in the others those that look different enough to be worth their bytes. */
const looks = [
  { name: "1280-light", width: 1280, height: 860, colorScheme: "light" },
  {
    name: "1280-dark",
    width: 1280,
    height: 860,
    colorScheme: "dark",
    only: ["stage-whisper", "desk-talk", "card-whisper", "record", "widget-talk"],
  },
  {
    name: "390-light",
    width: 390,
    height: 844,
    colorScheme: "light",
    only: [
      ...["stage-whisper", "desk-talk", "desk-no-microphone", "sound-check", "team"],
      ...["widget-form", "widget-ringing", "widget-talk-waiting", "widget-talk"],
    ],
  },
];

/** One page of a look, with the two things that every state needs: to be reached and to be taken. */
async function open(browser, demo, look, url, script) {
  const phone = look.width < 700;
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.colorScheme,
    locale: "en-GB",
    permissions: ["microphone"],
    isMobile: phone,
    hasTouch: phone,
  });
  if (script) await context.addInitScript(script);
  const page = await context.newPage();
  page.on("console", (m) => {
    if (m.type() === "error") throw new Error(`${url}: ${m.text()}`);
  });
  await page.goto(url.startsWith("/") ? demo.url + url : url);
  const shot = async (name, fullPage = false) => {
    if (look.only && !look.only.includes(name)) return;
    await page.screenshot({ path: path.join(out, `${name}-${look.name}.png`), fullPage });
    console.log(`${name}-${look.name}.png`);
  };
  return { page, shot, see: (css) => page.waitForSelector(css, { timeout: 30_000 }), close: () => context.close() };
}

async function setMode(demo, mode) {
  await fetch(`${demo.url}/api/v1/demo/stage/mode`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ mode }),
  });
}

async function takeStage(browser, demo, look) {
  await setMode(demo, "whisper");
  const s = await open(browser, demo, look, "/");
  await s.see(".mode-whisper .barrier");
  await s.page.click(".controls [role=radio]");
  await s.see(".ear-tab");
  const strokes = async (css) => ((await s.page.getAttribute(css, "d")) ?? "").split("M").length - 1;
  await until(async () => (await strokes(".ribbon .agent")) > 40, "eight seconds of the talk");
  await s.page.click(".say");
  await s.see(".said p");
  await until(async () => (await strokes(".ribbon .speaks")) > 6, "the prompter's voice");
  await s.shot("stage-whisper", true);
  await s.page.click(".controls [role=radiogroup] >> nth=1 >> [role=radio] >> nth=2");
  await s.see(".mode-barge");
  await s.shot("stage-barge", true);
  await setMode(demo, "whisper");
  await s.close();
}

/** A visitor asks by the widget; Anna takes the call, Sofia whispers, and the record is read. */
async function takeCallback(browser, demo, look) {
  const desk = await open(browser, demo, look, "/desk/?as=anna");
  await desk.see(".status-chip.state-online");
  await desk.shot("desk-empty");

  const shop = await open(browser, demo, look, "/demo/");
  await shop.see("sufler-widget #open");
  await shop.shot("shop");
  await shop.page.click("sufler-widget #open");
  await shop.see(".row");
  await shop.shot("widget-rows");
  await shop.page.click(".to-callback");
  await shop.page.fill("[name=number]", "+420777000005");
  await shop.page.fill("[name=name]", "Jan Novák");
  await shop.page.check("[name=consent]");
  await shop.shot("widget-form");
  await shop.page.click(".button.filled");
  await shop.see(".steps");
  await shop.shot("widget-waiting");

  await desk.see(".offer");
  await desk.shot("desk-offer");
  await desk.page.click(".offer .go");
  await desk.see(".call-bar");
  await desk.shot("desk-ringing");
  await shop.see(".big.ringing");
  await shop.shot("widget-ringing");
  await desk.see(".call-bar.talking");
  await shop.see(".timer");
  await until(
    async () => /0:0[5-9]/.test((await desk.page.textContent(".call-bar .timer")) ?? ""),
    "five seconds of talk",
  );
  await shop.shot("widget-talking");
  await desk.shot("desk-talk");

  const team = await open(browser, demo, look, "/desk/?as=sofia#/team");
  await team.see(".running-time");
  await team.page.click("tr:has-text('Anna') .running-time");
  await team.see(".choice");
  await team.shot("team");
  await team.page.click(".choice .prompt");
  await team.see(".banner.whisper");
  await team.page.fill("textarea", "Found the order at once. Unsure about the price of delivery.");
  await team.see(".comment [role=status] .icon");
  await team.shot("card-whisper", true);
  await desk.page.click(".call-bar .stop");
  await team.see(".banner.ended");
  await shop.see(".button.filled");
  await shop.shot("widget-ended");
  await shop.close();

  await team.page.click("a[href*='records/']");
  await team.see(".tracks");
  await team.page.click(".playhead-area");
  await team.shot("record", true);
  await team.close();
  await desk.close();
}

/** In the page: cut() takes the sound's way to the server away for good. */
function cutter() {
  const Connection = RTCPeerConnection;
  const all = [];
  let away = false;
  window.RTCPeerConnection = class extends Connection {
    constructor(...options) {
      super(...options);
      all.push(this);
    }
    setRemoteDescription(d) {
      return super.setRemoteDescription({
        type: d.type,
        sdp: away ? d.sdp.replace(/^a=candidate:.*\r\n/gm, "") : d.sdp,
      });
    }
  };
  window.cut = () => {
    away = true;
    for (const c of all) c.close();
  };
}

/** A visitor talks from the page with Anna, whose line then breaks. */
async function takeTalk(browser, demo, look) {
  const desk = await open(browser, demo, look, "/desk/?as=anna", cutter);
  await desk.see(".sound-mark.here");
  const shop = await open(browser, demo, look, "/demo/");
  await shop.see("sufler-widget #open");
  await shop.page.click("sufler-widget #open");
  await shop.page.click(".to-voice");
  await shop.see(".panel .mute");
  await shop.shot("widget-talk-waiting");
  await desk.page.click(".offer .go");
  await desk.see(".call-bar.talking .mute");
  await shop.see(".panel .timer");
  await until(
    async () => /0:0[3-9]/.test((await shop.page.textContent(".panel .timer")) ?? ""),
    "three seconds of talk",
  );
  await shop.shot("widget-talk");
  await desk.page.evaluate(() => window.cut());
  await desk.see(".strip.red");
  await desk.shot("desk-line-lost");
  await shop.page.click(".button.stop");
  await shop.see(".button.filled");
  await shop.close();
  await desk.close();
}

/** The sound check, and a call that is answered where there is no microphone. */
async function takeSound(browser, demo, look) {
  const s = await open(browser, demo, look, "/desk/?as=anna");
  await s.see(".sound-mark.here");
  await s.page.click(".status-chip");
  await s.page.getByRole("button", { name: "Check the sound" }).click();
  await s.page.click(".sound-check .filled:not([aria-disabled=true])");
  await s.see(".check-result.good");
  await s.shot("sound-check");
  await s.close();

  const deaf = await open(browser, demo, look, "/desk/?as=anna", () => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"));
  });
  await deaf.see(".sound-mark.here");
  const shop = await open(browser, demo, look, "/demo/");
  await shop.page.click("sufler-widget #open");
  await shop.page.click(".to-voice");
  await deaf.page.click(".offer .go");
  await deaf.see(".strip.red");
  await deaf.shot("desk-no-microphone");
  await shop.page.click(".button.stop");
  await shop.see(".button.filled");
  await shop.close();
  await deaf.close();
}

/** Where the first owner of a real server comes from. */
async function takeSetup(browser, look) {
  const server = await startEmpty(root);
  const s = await open(browser, server, look, server.link);
  await s.see("#full_name:focus");
  await s.shot("setup");
  await s.close();
  await server.stop();
}

/** The desk when the server does not answer: its one socket breaks and every new one is refused. */
async function takeServerGone(browser, demo, look) {
  const s = await open(browser, demo, look, "about:blank");
  let socket;
  let gone = false;
  await s.page.routeWebSocket(/\/ws$/, (ws) => {
    if (gone) return ws.close();
    socket = ws;
    ws.connectToServer();
  });
  await s.page.goto(`${demo.url}/desk/?as=anna`);
  await s.see(".status-chip");
  gone = true;
  await socket.close();
  await s.see(".link-line");
  await s.shot("desk-server-gone");
  await s.close();
}

mkdirSync(out, { recursive: true });
const demo = await startDemo(root);
const browser = await startBrowser(["--use-fake-device-for-media-stream", "--allow-loopback-in-peer-connection"]);
try {
  for (const look of looks) {
    await takeStage(browser, demo, look);
    await takeCallback(browser, demo, look);
    await takeTalk(browser, demo, look);
    await takeSound(browser, demo, look);
    await takeServerGone(browser, demo, look);
    await takeSetup(browser, look);
  }
} finally {
  await browser.close();
  await demo.stop();
}
