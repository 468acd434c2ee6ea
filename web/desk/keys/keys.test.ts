import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { actionOf, handle, isHandled, own } from "./keys";

let now = 0;

/** A key press where nobody types. */
const press = (code: string, held: Partial<KeyboardEvent> = {}, after = 100) => {
  now += after;
  const e = {
    code,
    ctrlKey: false,
    altKey: false,
    shiftKey: false,
    metaKey: false,
    target: null,
    timeStamp: now,
    ...held,
  };
  return actionOf(e as KeyboardEvent);
};

const alt = { altKey: true };
let stops: (() => void)[] = [];
const yes = () => true;

beforeEach(() => {
  for (const stop of stops) stop();
  own.value = {};
  press("Escape", {}, 10_000); // whatever was begun is over
  stops = [handle("chat", yes), handle("end", yes)];
});

test("only what is handled is taken; the rest stays the browser's", () => {
  assert.equal(press("KeyC", alt), "chat");
  assert.equal(press("KeyR", alt), undefined, "nothing here is redirected");
  assert.equal(press("KeyC"), undefined);
  assert.ok(isHandled("end") && !isHandled("redirect"));
});

test("two keys one after the other do the same, if they come in time", () => {
  assert.equal(press("KeyG"), undefined);
  assert.equal(press("KeyC"), "chat");
  assert.equal(press("KeyG"), undefined);
  assert.equal(press("KeyC", {}, 5000), undefined, "too late");
  assert.equal(press("KeyG"), undefined);
  assert.equal(press("KeyX"), undefined);
  assert.equal(press("KeyC"), undefined, "the pair was another one");
});

test("own keys hold in place of the usual ones", () => {
  own.value = { end: "Alt+KeyQ", "end.second": "" };
  assert.equal(press("KeyE", alt), undefined);
  assert.equal(press("KeyQ", alt), "end");
  press("KeyG");
  assert.equal(press("KeyE"), undefined);
});

test("what ends handling gives the key back", () => {
  const stop = handle("redirect", yes);
  assert.equal(press("KeyR", alt), "redirect");
  stop();
  assert.equal(press("KeyR", alt), undefined);
});
