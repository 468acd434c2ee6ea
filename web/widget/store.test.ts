import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { agree, browserName, keptTalk, mayKeep, place, withdraw } from "./store";

/** A browser's storage, as far as it is used here: its keys are its own properties. */
function storage(): Storage {
  const methods = {
    getItem(this: Record<string, string>, key: string) {
      return Object.hasOwn(this, key) ? (this[key] as string) : null;
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value;
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key];
    },
  };
  return Object.create(methods) as Storage;
}

const give = (localStorage: unknown, sessionStorage: unknown) =>
  Object.defineProperties(globalThis, {
    localStorage: { get: () => localStorage, configurable: true },
    sessionStorage: { get: () => sessionStorage, configurable: true },
  });

let [local, session] = [storage(), storage()];

beforeEach(() => {
  withdraw();
  [local, session] = [storage(), storage()];
  give(local, session);
});

const note = place<{ text: string }>("sessionStorage", "sufler.note", (k) => (k.text ? { text: k.text } : null));

test("a site that does not ask keeps things at once, each under its own key", () => {
  assert.equal(mayKeep(false), true);
  note.keep({ text: "a" });
  const name = browserName();
  assert.deepEqual(Object.keys(session), ["sufler.note"]);
  assert.deepEqual(Object.keys(local), ["sufler.browser"]);
  assert.match(name, /^[0-9a-f]{64}$/);
  assert.equal(browserName(), name);
});

// I022: nothing is stored before consent.
test("before the visitor agrees everything works and nothing is in the browser's storage", () => {
  assert.equal(mayKeep(true), false);
  note.keep({ text: "a" });
  const name = browserName();
  assert.deepEqual(note.load(), { text: "a" });
  assert.equal(browserName(), name);
  assert.deepEqual([...Object.keys(local), ...Object.keys(session)], []);
});

// I022
test("who agrees keeps what they have begun with, and is not asked again", () => {
  mayKeep(true);
  const name = browserName();
  note.keep({ text: "a" });
  agree();
  assert.equal(local.getItem("sufler.browser"), name);
  assert.equal(session.getItem("sufler.note"), '{"text":"a"}');
  assert.equal(mayKeep(true), true);
});

// I022
test("who takes it back has nothing of ours in their browser; the page's own things stay", () => {
  mayKeep(true);
  agree();
  const name = browserName();
  note.keep({ text: "a" });
  local.setItem("basket", "2");
  withdraw();
  assert.deepEqual([...Object.keys(local), ...Object.keys(session)], ["basket"]);
  assert.equal(browserName(), name, "what runs goes on until the page is left");
  assert.equal(mayKeep(true), false);
  assert.deepEqual(Object.keys(local), ["basket"]);
});

test("a browser without storage, or with another version's values in it, is met without a fault", () => {
  mayKeep(false);
  local.setItem("sufler.talk", "{broken");
  assert.equal(keptTalk.load(), null);
  local.setItem("sufler.talk", '{"id":"1"}');
  assert.equal(keptTalk.load(), null);
  const locked = () => {
    throw new Error("SecurityError");
  };
  Object.defineProperties(globalThis, {
    localStorage: { get: locked, configurable: true },
    sessionStorage: { get: locked, configurable: true },
  });
  const name = browserName();
  assert.equal(browserName(), name);
  note.keep({ text: "b" });
  assert.deepEqual(note.load(), { text: "b" });
});
