import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf, type WindowName } from "./windows";

const names: readonly WindowName[] = ["sufler-anna", "sufler-sofia", "sufler-shop"];

// D-2: the roles stand side by side.
test("no window leaves the screen, and no two stand at the same place", () => {
  for (const [availWidth, availHeight] of [
    [1280, 720],
    [1366, 728],
    [1440, 800],
    [1920, 1040],
    [3840, 2100],
  ] as const) {
    const room = { availLeft: 100, availTop: 20, availWidth, availHeight };
    const places = names.map((n) => placeOf(n, room));
    for (const p of places) {
      assert.ok(p.left >= 100 && p.left + p.width <= 100 + availWidth, JSON.stringify({ room, p }));
      assert.ok(p.top >= 20 && p.top + p.height <= 20 + availHeight, JSON.stringify({ room, p }));
    }
    assert.equal(new Set(places.map((p) => JSON.stringify(p))).size, 3, JSON.stringify(places));
  }
});

test("on a wide screen Anna and Sofia do not overlap", () => {
  const room = { availLeft: 0, availTop: 0, availWidth: 1920, availHeight: 1040 };
  const [anna, sofia] = [placeOf("sufler-anna", room), placeOf("sufler-sofia", room)];
  assert.ok(anna.left + anna.width <= sofia.left);
});
