import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../demo.mjs";
import type { CallRecord } from "../shared/protocol";
import { complaints, type Look, type Opened, open, overflow, stageIt } from "./rig";

/** The records: found as people look for them, taken away, and heard voice by voice. */

stageIt();

interface Piece {
  /** Seconds of the file. */
  at: number;
  dbfs: number;
}
type Heard = typeof window & { take(): Piece[] };

/** In the page: what reaches the loudspeaker is measured beside it, with the place of the file that it is from. */
function script(): void {
  let player: HTMLMediaElement | undefined;
  let pieces: Piece[] = [];
  const make = AudioContext.prototype.createMediaElementSource;
  AudioContext.prototype.createMediaElementSource = function (element) {
    player = element;
    return make.call(this, element);
  };
  const ears = new WeakMap<BaseAudioContext, AnalyserNode>();
  const ear = (c: BaseAudioContext) => {
    const analyser = ears.get(c) ?? new AnalyserNode(c, { fftSize: 1024 });
    if (!ears.has(c)) setInterval(() => listen(analyser), 20);
    ears.set(c, analyser);
    return analyser;
  };
  const listen = (analyser: AnalyserNode) => {
    if (!player || player.paused) return;
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, s) => sum + s * s, 0) / samples.length;
    pieces.push({ at: player.currentTime, dbfs: 10 * Math.log10(Math.max(power, 1e-10)) });
  };
  const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode, output?: number) => AudioNode;
  AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode, output?: number) {
    if (to instanceof AudioDestinationNode) connect.call(this, ear(this.context), output);
    return connect.call(this, to, output);
  } as typeof connect & typeof AudioNode.prototype.connect;
  Object.assign(window, {
    take: () => {
      const taken = pieces;
      pieces = [];
      return taken;
    },
  });
}

const client = "Jan Novák (demo)";

/** The desk of somebody who logged in with a password, so that the browser fetches sound by itself, in ranges. */
async function login(name: string, page = "records", more: Look = {}): Promise<Opened> {
  const o = await open(`/desk/#/${page}`, { ...more, script });
  await o.page.fill("[name=login]", name);
  await o.page.fill("[name=password]", `demo-${name}`);
  await o.page.click(".login .filled");
  await o.page.waitForSelector(".records tbody tr");
  return o;
}

async function openRecord(page: Page): Promise<CallRecord> {
  await page.click(`.records a:has-text('${client}')`);
  await page.waitForSelector(".record .tracks");
  return page.evaluate(async () => (await fetch(`/api/v1${location.hash.slice(1)}`)).json() as Promise<CallRecord>);
}

/** The names of the files that the page asks for. */
function filesOf(page: Page): ReadonlySet<string> {
  const files = new Set<string>();
  page.on("request", (q) => {
    const name = /\/files\/(.*)$/.exec(q.url())?.[1];
    if (name) files.add(name);
  });
  return files;
}

/** A browser that plays breaks off a piece of a file to ask for another: that is no trouble. */
const serious = (troubles: string[]) => troubles.filter((x) => !/\/files\/\w+\.wav: net::ERR_ABORTED$/.test(x));

const place = async (page: Page) => Number(await page.getAttribute("[role=slider]", "aria-valuenow"));

/** Clicks at a time on the axis. */
async function seek(page: Page, r: CallRecord, seconds: number): Promise<void> {
  const box = await page.locator("[role=slider]").boundingBox();
  if (!box) throw new Error("no time axis");
  const length = (r.tracks[0]?.peaks.length ?? 0) / 10;
  await page.mouse.click(box.x + (box.width * seconds) / length, box.y + 60);
  assert.ok(Math.abs((await place(page)) - seconds) <= 1);
}

/** A sound is heard a moment before or after the place that the browser tells. */
const margin = 0.6;

/** Whether a voice of these says something about then. */
function speaks(tracks: readonly { peaks: readonly number[] }[], at: number): boolean {
  const [from, to] = [Math.max(0, Math.floor((at - margin) * 10)), Math.ceil((at + margin) * 10)];
  return tracks.some((x) => x.peaks.slice(from, to).some((p) => p > 1));
}

/** Plays a stretch: what is heard is of these voices and of nobody else. */
async function plays(page: Page, r: CallRecord, [from, to]: [number, number], roles: string[]): Promise<void> {
  await seek(page, r, from);
  await page.evaluate(() => (window as Heard).take());
  await page.keyboard.press("Space");
  await until(async () => (await place(page)) >= to, `the playhead at ${to} s`);
  await page.keyboard.press("Space");
  const pieces = await page.evaluate(() => (window as Heard).take());
  const tracks = r.tracks.filter((x) => roles.includes(x.role));
  const others = pieces.filter((p) => !speaks(tracks, p.at) && p.dbfs > -60);
  assert.deepEqual(others, [], `heard beside ${roles}`);
  assert.equal(
    pieces.some((p) => p.dbfs > -45),
    roles.length > 0,
    `${roles} of ${pieces.length} pieces`,
  );
}

const mute = (page: Page, name: string) => page.getByRole("button", { name: `Mute ${name}` }).click();
const solo = (page: Page, name: string) => page.getByRole("button", { name: `Solo: ${name}` }).click();

// In the whisper operator and prompter speak, and the client does not.
const whisper: [number, number] = [16, 21];

test("a supervisor hears all voices under one playhead, and each of them alone", async () => {
  const { page, troubles, close } = await login("sofia");
  const files = filesOf(page);
  const r = await openRecord(page);
  assert.equal(await page.locator(".track").count(), 3);
  assert.equal(files.size, 0, "nothing is fetched before it is played");

  await plays(page, r, whisper, ["client", "agent", "supervisor"]);
  assert.deepEqual([...files], ["training.wav"]);
  await solo(page, "Sofia Veselá");
  await plays(page, r, whisper, ["supervisor"]);
  await mute(page, "Sofia Veselá");
  await plays(page, r, whisper, []);
  await solo(page, "Sofia Veselá");
  await plays(page, r, whisper, ["client", "agent"]);
  await mute(page, "Anna Malá");
  await plays(page, r, [2, 8], ["client"]);
  assert.deepEqual(await complaints(page), []);
  assert.deepEqual(serious(troubles), []);
  await close();
});

test("the client's file holds no prompter: her voice is drawn, and there is nothing to hear of it", async () => {
  const { page, troubles, close } = await login("sofia");
  const r = await openRecord(page);
  await page.getByRole("radio", { name: "Client’s file" }).click();
  await page.waitForSelector(".label.supervisor");
  assert.equal(await page.locator(".label.supervisor button").count(), 0);
  await plays(page, r, whisper, ["client", "agent"]);
  await solo(page, client);
  await plays(page, r, [2, 8], ["client"]);
  assert.deepEqual(serious(troubles), []);
  await close();
});

test("an operator has what the client could hear and say, and nothing of the prompter", async () => {
  const { page, troubles, close } = await login("anna");
  const files = filesOf(page);
  const r = await openRecord(page);
  assert.deepEqual(
    r.tracks.map((x) => x.role),
    ["client", "agent"],
  );
  assert.equal(await page.locator(".track").count(), 2);
  assert.equal(await page.getByRole("radio").count(), 1);
  await plays(page, r, whisper, ["client", "agent"]);
  assert.deepEqual([...files], ["client.wav"]);
  assert.doesNotMatch((await page.textContent("main")) ?? "", /Sofia|[Ww]hisper|Training/);
  assert.deepEqual(serious(troubles), []);
  await close();
});

test("the keys move the playhead and play; the speed and what held at the playhead are said", async () => {
  const { page, troubles, close } = await login("sofia");
  const r = await openRecord(page);
  for (const [key, at] of [
    ["ArrowRight", 5],
    ["ArrowRight", 10],
    ["ArrowLeft", 5],
  ] as const) {
    await page.keyboard.press(key);
    assert.equal(await place(page), at, key);
  }
  await page.focus("[role=slider]");
  await page.keyboard.press("End");
  assert.equal(await place(page), 52);
  await page.keyboard.press("Space");
  await page.waitForSelector(".play-button[aria-label=Stop]");
  await until(async () => (await place(page)) >= 1, "the playhead, from the beginning");
  await page.click(".play-button");
  await page.waitForSelector(".play-button[aria-label=Play]");
  const stands = await page.textContent(".playhead");
  await seek(page, r, 20.5);
  assert.notEqual(await page.textContent(".playhead"), stands);
  await page.waitForSelector(".record aside h2:has-text('0:20')");
  for (const speed of ["1.5×", "2×", "1×"]) {
    await page.click(".play-bar .speed");
    assert.equal(await page.textContent(".play-bar .speed"), speed);
  }
  assert.deepEqual(serious(troubles), []);
  await close();
});

test("leaving a record stops its sound and lets its file go", async () => {
  const { page, troubles, close } = await login("sofia");
  await openRecord(page);
  await page.keyboard.press("Space");
  await until(async () => (await place(page)) >= 1, "the playhead");
  await page.click("[href='#/records'] >> nth=0");
  await page.waitForSelector(".records tbody tr");
  await page.evaluate(() => (window as Heard).take());
  await page.click(`.records a:has-text('${client}')`);
  await page.waitForSelector(".play-button[aria-label=Play]");
  assert.deepEqual(await page.evaluate(() => (window as Heard).take()), []);
  assert.deepEqual(serious(troubles), []);
  await close();
});

for (const number of ["777 000 101", "(777) 000-101", "00420 777 000 101", "+420777000101"]) {
  test(`${number} finds the call of +420777000101`, async () => {
    const { page, troubles, close } = await login("sofia");
    await page.fill("input[type=search]", number);
    await page.waitForSelector(".records tbody tr:only-child");
    assert.match((await page.textContent(".records tbody")) ?? "", /Jan Novák/);
    assert.deepEqual(serious(troubles), []);
    await close();
  });
}

test("what is older than a week is found when all time is searched", async () => {
  const later = Date.now() + 40 * 24 * 60 * 60 * 1000;
  const { page, troubles, close } = await open("/desk/?as=sofia#/records", {
    before: (page) => page.clock.setFixedTime(later),
  });
  await page.fill("input[type=search]", "777 000 101");
  await page.getByRole("button", { name: "Search all time" }).click();
  await page.waitForSelector(".records tbody tr:only-child:has-text('Jan Novák')");
  await page.waitForSelector("[role=radio][aria-checked=true]:has-text('All')");
  assert.deepEqual(await complaints(page), []);
  assert.deepEqual(serious(troubles), []);
  await close();
});

for (const as of ["password", "tab"]) {
  test(`what was searched for is taken away as a file, in a login by ${as}`, async () => {
    const { page, troubles, close } =
      as === "tab" ? await open("/desk/?as=sofia#/records", { script }) : await login("sofia");
    await page.fill("input[type=search]", "777 000 101");
    await page.waitForSelector(".records tbody tr:only-child");
    const sheets: Record<string, RegExp> = {
      CSV: /^\uFEFFcall,kind,.*\r\n[^\r]*Jan Novák[^\r]*\r\n$/,
      JSON: /^{"records": \[\n{.*Jan Novák.*}\n]}\n$/,
    };
    for (const [name, shape] of Object.entries(sheets)) {
      const coming = page.waitForEvent("download");
      await page.getByRole("button", { name }).click();
      const file = await coming;
      assert.match(file.suggestedFilename(), new RegExp(`^records-\\d{4}-\\d\\d-\\d\\d\\.${name.toLowerCase()}$`));
      assert.match(readFileSync(await file.path(), "utf8"), shape);
    }
    assert.deepEqual(serious(troubles), []);
    await close();
  });
}

for (const look of [
  { dark: true, locale: "ru-RU" },
  { width: 390, locale: "cs-CZ" },
  { width: 320, locale: "ru-RU" },
]) {
  test(`a record has no fault that axe finds and no sideways scroll: ${JSON.stringify(look)}`, async () => {
    const { page, troubles, close } = await login("sofia", "records", look);
    await openRecord(page);
    await page.click(".label.agent button >> nth=0");
    assert.deepEqual(await complaints(page), []);
    assert.ok((await overflow(page)) <= 0, `${await overflow(page)} px too wide`);
    assert.deepEqual(serious(troubles), []);
    await close();
  });
}
