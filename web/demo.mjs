// Starts a demo, or an empty server, and a browser of its own, for the pictures and for the tests of the pages.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

/**
 * A free port below those that the system gives to connections: who waits for a program to listen in that range can be
 * given the very port that he calls, meet himself there and keep the program out.
 */
async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    const server = createServer().listen(port, "127.0.0.1");
    const free = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/** A demo on free ports; ready when it answers. SUFLER_BIN names another binary than bin/sufler, SUFLER_URL a demo that runs already. */
export async function startDemo(root) {
  if (process.env.SUFLER_URL)
    return { url: process.env.SUFLER_URL, sip: "127.0.0.1:5060", binary: program(root), stop: async () => {} };
  const [http, sip] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${http}`;
  const args = (data) => ["demo", "-http", `127.0.0.1:${http}`, "-sip", `127.0.0.1:${sip}`, "-data", data];
  const run = await start(root, args, async () => (await fetch(`${url}/api/v1/demo/stage`)).ok);
  return { url, sip: `127.0.0.1:${sip}`, binary: program(root), stop: run.stop };
}

/** A server on which nobody exists yet, with the link that it has printed for its first owner. */
export async function startEmpty(root) {
  const [http, admin, sip, rtc] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const args = (data) => {
    const file = path.join(data, "house.yaml");
    const at = (port) => `"127.0.0.1:${port}"`;
    const keys = [
      `http: {listen: ${at(http)}, admin: ${at(admin)}}`,
      `sip: {listen: ${at(sip)}}`,
      `webrtc: {listen: ${at(rtc)}}`,
      "people: {groups: [orders]}",
    ];
    writeFileSync(file, `${keys.join("\n")}\n`);
    return ["run", "-config", file];
  };
  let link;
  const run = await start(root, args, async (said) => {
    link = /http\S+#setup=\S+/.exec(said)?.[0];
    return link && (await fetch(`http://127.0.0.1:${http}/api/v1/setup`)).ok;
  });
  return { url: `http://127.0.0.1:${http}`, link, stop: run.stop };
}

const program = (root) => process.env.SUFLER_BIN ?? path.join(root, "bin/sufler");

/** Runs the program in a folder of its own until it is stopped; ready is asked with what it has said so far. */
async function start(root, args, ready) {
  const binary = program(root);
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run "make build" first`);
  const data = mkdtempSync(path.join(os.tmpdir(), "sufler-pages-"));
  const run = spawn(binary, args(data), { cwd: data, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const out of [run.stdout, run.stderr]) {
    out.on("data", (text) => {
      said += text;
    });
  }
  const stop = async () => {
    if (run.exitCode === null && run.signalCode === null) {
      run.kill("SIGTERM");
      await once(run, "exit");
    }
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await until(
      async () => {
        if (run.exitCode !== null) throw new Error("the program ended");
        return ready(said);
      },
      "the program to answer",
      60_000,
    );
  } catch (e) {
    await stop();
    throw new Error(`${e.message}\n${said}`);
  }
  return { stop };
}

export async function startBrowser(more = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...flags, ...more] });
}

/** Asks again until the answer is true. A refused connection counts as "not yet". */
export async function until(ask, what, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const got = await ask().catch((e) => {
      if (e instanceof TypeError) return false; // fetch: nobody listens there yet
      throw e;
    });
    if (got) return got;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((next) => setTimeout(next, 100));
  }
}
