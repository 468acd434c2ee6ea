import assert from "node:assert/strict";
import { test } from "node:test";
import { Commands } from "./commands";

function scene() {
  const did: string[] = [];
  const commands = new Commands({
    open: (at) => did.push(`open ${at}`),
    close: () => did.push("close"),
    speak: (language) => did.push(`speak ${language}`),
    parameters: (all) => did.push(`parameters ${JSON.stringify(all)}`),
    identify: (who) => did.push(`identify ${JSON.stringify(who)}`),
    warn: (words) => did.push(`warn ${words}`),
  });
  return { did, commands };
}

test("a page opens, closes and speaks to the widget by name", () => {
  const { did, commands } = scene();
  commands.run(["open"]);
  commands.run(["open", "chat"]);
  commands.run(["open", "anything else"]);
  commands.run(["close"]);
  commands.run(["language", "cs"]);
  assert.deepEqual(did, ["open ", "open chat", "open ", "close", "speak cs"]);
});

test("the arguments of a function that waited for the script are taken as well", () => {
  const { did, commands } = scene();
  const queued: ArrayLike<unknown> = { 0: "open", 1: "code", length: 2 };
  commands.run(queued);
  assert.deepEqual(did, ["open code"]);
});

test("parameters are simple values as texts; of a person only what we ask for", () => {
  const { did, commands } = scene();
  commands.run(["parameters", { basket: 1490, vip: true, note: "x", deep: { a: 1 }, none: null }]);
  commands.run(["parameters"]);
  commands.run(["identify", { name: "Jan", email: "jan@example.com", password: "secret" }]);
  assert.deepEqual(did, [
    'parameters {"basket":"1490","vip":"true","note":"x"}',
    "parameters {}",
    'identify {"name":"Jan","email":"jan@example.com"}',
  ]);
});

test("a page is told what it has asked for, and its own mistake stops nobody else", () => {
  const { did, commands } = scene();
  const heard: unknown[] = [];
  commands.run([
    "on",
    "message",
    () => {
      throw new Error("their own");
    },
  ]);
  commands.run(["on", "message", (m: unknown) => heard.push(m)]);
  commands.tell("message", { from: "operator", name: "Anna", text: "Hi" });
  commands.tell("close", undefined);
  assert.deepEqual(heard, [{ from: "operator", name: "Anna", text: "Hi" }]);
  assert.deepEqual(did, ['warn the page\'s listener for "message" failed: Error: their own']);
});

test("a call that we do not know is told to the page's developer", () => {
  const { did, commands } = scene();
  commands.run(["opne"]);
  commands.run(["on", "everything", () => {}]);
  commands.run(["on", "message"]);
  assert.equal(did.length, 3);
  assert.ok(did.every((d) => d.startsWith("warn ")));
});
