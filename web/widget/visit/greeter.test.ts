import assert from "node:assert/strict";
import { test } from "node:test";
import { StoppedTime } from "../../shared/testing/time";
import { Greeter } from "./greeter";

function scene(path = "/lamps") {
  const timers = new StoppedTime();
  const shown: string[] = [];
  const now = { greeted: false, welcome: true };
  const greeter = new Greeter({
    rule: { after_ms: 30_000, path, text: { en: "May we help?" } },
    timers,
    greeted: () => now.greeted,
    welcome: () => now.welcome,
    show: (text) => {
      now.greeted = true;
      shown.push(text.en ?? "");
    },
  });
  return { timers, shown, now, greeter };
}

// B 26
test("a greeting comes after its time on the pages that it is for, once in a visit", () => {
  const s = scene();
  s.greeter.page("/about");
  assert.equal(s.timers.due.length, 0);
  s.greeter.page("/lamps/desk");
  assert.equal(s.timers.next(), 30_000);
  assert.deepEqual(s.shown, ["May we help?"]);
  s.greeter.page("/lamps/desk");
  assert.equal(s.timers.due.length, 0);
});

test("a * at the end of the path changes nothing", () => {
  const s = scene("/lamps*");
  s.greeter.page("/lamps/desk");
  assert.equal(s.timers.due.length, 1);
});

test("who goes to another page begins to wait anew", () => {
  const s = scene("/");
  s.greeter.page("/a");
  s.greeter.page("/b");
  assert.equal(s.timers.due.length, 1);
});

// B 26: only when somebody is online.
test("nobody is greeted while nobody is there to answer, or after they have come by themselves", () => {
  const s = scene();
  s.now.welcome = false;
  s.greeter.page("/lamps");
  s.timers.next();
  assert.deepEqual(s.shown, []);
  s.greeter.page("/lamps");
  s.greeter.stop();
  assert.equal(s.timers.due.length, 0);
});
