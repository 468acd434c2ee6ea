import type { Page } from "playwright-core";
import { until } from "../demo.mjs";

/** What is heard in a talk: at the page's loudspeaker, and at a built-in phone of the demo. */

/** Quieter than this is no voice. */
const audible = -45;

interface Ears {
  /** The loudest piece since it was last asked, in dBFS. */
  loudest(): number;
  openPhone(extension: string): void;
  loudestAtPhone(): number;
  /** How many pieces of 20 ms the phone has heard since it was last asked. */
  framesAtPhone(): number;
}

type Listening = typeof window & Ears;

/** Listens beside what the page plays: each stream that an audio element is given goes to an analyser too. */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const dbfs = (samples: ArrayLike<number>, full: number) => {
      let sum = 0;
      for (let i = 0; i < samples.length; i++) sum += ((samples[i] ?? 0) / full) ** 2;
      return 20 * Math.log10(Math.max(Math.sqrt(sum / samples.length), 1e-5));
    };
    const peak = { page: -100, phone: -100, frames: 0 };
    const hear = (stream: MediaStream) => {
      const context = new AudioContext();
      const analyser = new AnalyserNode(context, { fftSize: 1024 });
      context.createMediaStreamSource(stream).connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        peak.page = Math.max(peak.page, dbfs(samples, 1));
      }, 20);
    };
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      if (this.srcObject instanceof MediaStream) hear(this.srcObject);
      return play.call(this);
    };
    const take = (key: "page" | "phone") => {
      const was = peak[key];
      peak[key] = -100;
      return was;
    };
    Object.assign(window as Listening, {
      loudest: () => take("page"),
      loudestAtPhone: () => take("phone"),
      framesAtPhone: () => {
        const was = peak.frames;
        peak.frames = 0;
        return was;
      },
      openPhone: (extension: string) => {
        const socket = new WebSocket(`ws://${location.host}/api/v1/demo/ear/agent?phone=${extension}`);
        socket.binaryType = "arraybuffer";
        socket.onmessage = (e: MessageEvent<ArrayBuffer>) => {
          peak.phone = Math.max(peak.phone, dbfs(new Int16Array(e.data), 32768));
          peak.frames += 1;
        };
      },
    });
  });
}

/** Waits until the page plays a voice from now on. */
export async function hears(page: Page, what: string): Promise<void> {
  await page.evaluate(() => (window as Listening).loudest());
  await until(() => page.evaluate((from) => (window as Listening).loudest() > from, audible), what);
}

/** Opens a built-in phone's ear in the page; what it hears is asked by heardAt. */
export async function openPhone(page: Page, extension: string): Promise<void> {
  await page.evaluate((e) => (window as Listening).openPhone(e), extension);
}

/** Waits until a voice arrives at the phone from now on. */
export async function heardAtPhone(page: Page, what: string): Promise<void> {
  await page.evaluate(() => (window as Listening).loudestAtPhone());
  await until(() => page.evaluate((from) => (window as Listening).loudestAtPhone() > from, audible), what);
}

/** The loudest of the next n pieces of 20 ms that arrive at the phone, in dBFS. */
export async function levelAtPhone(page: Page, n: number): Promise<number> {
  await page.evaluate(() => [(window as Listening).loudestAtPhone(), (window as Listening).framesAtPhone()]);
  let frames = 0;
  await until(async () => {
    frames += await page.evaluate(() => (window as Listening).framesAtPhone());
    return frames >= n;
  }, `${n} frames at the phone`);
  return page.evaluate(() => (window as Listening).loudestAtPhone());
}
