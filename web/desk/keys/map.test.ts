import assert from "node:assert/strict";
import { test } from "node:test";
import { bindings, chord, doubtful, faultOf, isBare, keyNames, shortcuts, systemOf } from "./map";

// M030-M034: the table of the manual. Sharing (Alt 3) and Browser (Alt 5) come with what they open.
test("the usual keys are those of the manual", () => {
  const usual = Object.fromEntries(shortcuts.map((s) => [s.action, s.keys]));
  assert.deepEqual(usual, {
    overview: "Alt+Slash",
    menu: "Alt+KeyM",
    invite: "Alt+KeyI",
    previous: "Alt+KeyF",
    next: "Alt+KeyJ",
    client: "Alt+Digit1",
    call: "Alt+Digit2",
    templates: "Alt+Digit4",
    ban: "Alt+KeyB",
    redirect: "Alt+KeyR",
    end: "Alt+KeyE",
    chat: "Alt+KeyC",
    pick: "Alt+KeyX",
    send: "Enter",
    line: "Shift+Enter",
    accept: "KeyA",
    mute: "KeyM",
    leave: "Escape",
    confirm: "Enter",
    larger: "Ctrl+Equal",
    smaller: "Ctrl+Minus",
  });
});

test("every action with a usual key of the browser's menu has a second way that none of its menus knows", () => {
  for (const s of shortcuts) {
    if (!s.fixed && s.keys.startsWith("Alt+")) assert.match(s.second, /^KeyG /, s.action);
  }
});

test("no two actions share a key", () => {
  const all = bindings({}).flatMap((b) => (b.shortcut.fixed ? [] : [b.keys, b.second].filter((k) => k !== "")));
  assert.equal(new Set(all).size, all.length);
  for (const s of shortcuts) {
    if (!s.fixed) assert.equal(faultOf(s.keys, s.action as "chat", "keys", {}), "", s.action);
  }
});

test("a key is read by its place, with what is held beside it", () => {
  const press = (code: string, more: Partial<KeyboardEvent> = {}) =>
    chord({ code, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...more });
  assert.equal(press("KeyC", { altKey: true }), "Alt+KeyC");
  assert.equal(press("KeyC", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+KeyC");
  assert.equal(press("KeyC", { metaKey: true }), "", "the system's own");
  assert.ok(isBare("KeyG KeyC") && isBare("Shift+KeyT") && !isBare("Alt+KeyC") && !isBare("Ctrl+KeyC"));
});

test("own keys replace the usual ones, and none switches one off", () => {
  const of = (action: string, own: Record<string, string>) => bindings(own).find((b) => b.shortcut.action === action);
  assert.equal(of("end", { end: "Alt+KeyQ" })?.keys, "Alt+KeyQ");
  assert.equal(of("end", { "end.second": "" })?.second, "");
  assert.equal(of("send", { send: "Alt+KeyQ" })?.keys, "Enter", "what belongs to the field stays");
});

test("keys that the browser keeps, that are no keys or that are taken are refused with the reason", () => {
  for (const keys of ["Ctrl+KeyT", "Ctrl+KeyW", "Ctrl+Shift+KeyN", "F5", "Alt+F4", "Ctrl+Digit1", "Escape", "Space"]) {
    assert.equal(faultOf(keys, "end", "keys", {}), "browsers", keys);
  }
  for (const keys of ["Backspace", "Alt+", "KeyG KeyG KeyG"]) {
    assert.equal(faultOf(keys, "end", "keys", {}), "impossible", keys);
  }
  assert.deepEqual(faultOf("Alt+KeyC", "end", "keys", {}), { taken: "chat" });
  assert.deepEqual(faultOf("KeyG KeyC", "end", "second", {}), { taken: "chat" });
  assert.equal(typeof faultOf("KeyG", "end", "keys", {}), "object", "it begins the second ways");
  assert.equal(faultOf("Alt+KeyC", "end", "keys", { chat: "Alt+KeyK" }), "", "it was given away");
  assert.equal(faultOf("", "end", "keys", {}), "");
});

test("what a system may keep for itself is told apart by system", () => {
  assert.ok(doubtful("Alt+Digit1", "linux", true));
  assert.ok(doubtful("Alt+KeyF", "linux", true));
  assert.ok(!doubtful("Alt+KeyC", "linux", true));
  assert.ok(!doubtful("Alt+Digit1", "windows", false));
  assert.ok(!doubtful("Alt+KeyF", "mac", true));
  assert.deepEqual(["MacIntel", "Win32", "Linux x86_64"].map(systemOf), ["mac", "windows", "linux"]);
});

test("keys are named as the reader's keyboard names them", () => {
  assert.deepEqual(keyNames("Alt+Slash", "windows"), ["Alt", "/"]);
  assert.deepEqual(keyNames("Alt+KeyC", "mac"), ["⌥", "C"]);
  assert.deepEqual(keyNames("KeyG Digit1", "linux"), ["G", "1"]);
});
