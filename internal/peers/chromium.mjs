// One browser with one page at a time, led from outside: reads requests {id, do, args}, one
// a line, from the address it is given, and answers {id, ok} or {id, error}.
// What is not named in `own` is a method of Playwright's page. It tells as well
// {samples}, what its pages hear, and {trouble}, what their consoles complain about.
import net from "node:net";
import readline from "node:readline";
import { chromium } from "playwright-core";

const [address, settings] = process.argv.slice(-2);
const { program, args, permissions } = JSON.parse(settings);
const at = address.lastIndexOf(":");
const leader = net.connect(Number(address.slice(at + 1)), address.slice(0, at));
const tell = (what) => leader.write(`${JSON.stringify(what)}\n`);

const browser = await chromium.launch({ executablePath: program, args, handleSIGINT: false });
const context = await browser.newContext({ viewport: { width: 1280, height: 844 }, locale: "en-GB", permissions });
context.setDefaultTimeout(0); // who asks says how long
await context.exposeBinding("tellSamples", (_, samples) => tell({ samples }));
await context.addInitScript(listen);
context.on("console", (m) => m.type() === "error" && tell({ trouble: m.text() }));
context.on("weberror", (e) => tell({ trouble: e.error().stack ?? e.error().message }));
let page = await context.newPage();

const own = {
  /** Clicks what opens another window, and goes on there alone. */
  async open(selector) {
    const before = page;
    [page] = await Promise.all([context.waitForEvent("page"), before.click(selector)]);
    await before.close();
  },
  /** Writes into the last field for longer texts that is seen, and presses Enter. */
  async write(text) {
    const field = page.locator("textarea:visible").last();
    await field.fill(text);
    await field.press("Enter");
  },
  /** Clicks and returns where the file that comes of it lies. */
  async download(selector) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(selector)]);
    return file.path();
  },
};

tell({ ready: true });
for await (const line of readline.createInterface(leader)) void answer(JSON.parse(line));
await browser.close();

async function answer({ id, do: what, args: given }) {
  try {
    const ok = await (own[what]?.(...given) ?? page[what](...given));
    // What cannot be written down, an element's handle, is of no use outside.
    tell({ id, ok: typeof ok === "object" ? null : ok });
  } catch (e) {
    tell({ id, error: e.message });
  }
}

/**
 * In the page, before its own scripts. Tones stay tones: the browser is kept from cleaning the microphone's sound,
 * which it takes for noise. Every track that comes is told as samples of 8 kHz in base64, by a reader of the track
 * itself, with no clock in between that could tear it.
 */
function listen() {
  const media = navigator.mediaDevices;
  if (!media) return;
  const ask = media.getUserMedia.bind(media);
  media.getUserMedia = (c) =>
    ask({ ...c, audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });

  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...given) {
      super(...given);
      this.addEventListener("track", (e) => void follow(e.track));
    }
  };

  async function follow(track) {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 500 }).readable.getReader();
    let heard = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard.push(...slow(value));
      value.close();
      if (heard.length < 800) continue;
      window.tellSamples(btoa(String.fromCharCode(...new Uint8Array(Int16Array.from(heard).buffer))));
      heard = [];
    }
  }

  /** The first channel at 8 kHz. */
  function slow(data) {
    const samples = new Float32Array(data.numberOfFrames);
    data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    const step = data.sampleRate / 8000;
    return Array.from({ length: samples.length / step }, (_, i) => {
      const part = samples.subarray(i * step, (i + 1) * step);
      return Math.round((32767 * part.reduce((sum, s) => sum + s, 0)) / part.length);
    });
  }
}
