// Starts a demo and a browser of its own, for the pictures and for the tests of the pages.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
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
  const binary = process.env.SUFLER_BIN ?? path.join(root, "bin/sufler");
  if (process.env.SUFLER_URL)
    return { url: process.env.SUFLER_URL, sip: "127.0.0.1:5060", binary, stop: async () => {} };
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run "make build" first`);
  const data = mkdtempSync(path.join(os.tmpdir(), "sufler-pages-"));
  const [http, sip] = [await freePort(), await freePort()];
  const args = ["demo", "-http", `127.0.0.1:${http}`, "-sip", `127.0.0.1:${sip}`, "-data", data];
  const demo = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const out of [demo.stdout, demo.stderr]) {
    out.on("data", (text) => {
      said += text;
    });
  }
  const url = `http://127.0.0.1:${http}`;
  const stop = async () => {
    if (demo.exitCode === null && demo.signalCode === null) {
      demo.kill("SIGTERM");
      await once(demo, "exit");
    }
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await until(
      async () => {
        if (demo.exitCode !== null) throw new Error("the demo ended");
        return (await fetch(`${url}/api/v1/demo/stage`)).ok;
      },
      "the demo's stage",
      60_000,
    );
  } catch (e) {
    await stop();
    throw new Error(`${e.message}\n${said}`);
  }
  return { url, sip: `127.0.0.1:${sip}`, binary, stop };
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
