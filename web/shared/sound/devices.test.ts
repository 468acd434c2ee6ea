import assert from "node:assert/strict";
import { test } from "node:test";
import { type Chosen, choose, chosen, devices, gone, listsOf, outputFor } from "./devices";

const found = (kind: MediaDeviceKind, deviceId: string, label = deviceId) => ({ kind, deviceId, label });
const headset = listsOf([
  found("audioinput", "default"),
  found("audioinput", "communications"),
  found("audioinput", "headset-in"),
  found("audiooutput", "default"),
  found("audiooutput", "headset-out"),
  found("audiooutput", "room"),
  found("videoinput", "camera"),
]);
const wish: Chosen = { microphone: "headset-in", speaker: "headset-out", ring: "room", clean: true };

test("the browser's doubles and other kinds are left out", () => {
  assert.deepEqual(headset.microphones, [{ id: "headset-in", label: "headset-in" }]);
  assert.deepEqual(
    headset.speakers.map((d) => d.id),
    ["headset-out", "room"],
  );
});

test("before the microphone was allowed nothing is known, and nothing is said to be gone", () => {
  const nameless = listsOf([found("audioinput", ""), found("audiooutput", "")]);
  assert.deepEqual(nameless, { microphones: [], speakers: [] });
  assert.deepEqual(gone(wish, nameless), []);
});

test("what was pulled out is told by its use", () => {
  assert.deepEqual(gone(wish, headset), []);
  const left = listsOf([found("audioinput", "laptop-in"), found("audiooutput", "room")]);
  assert.deepEqual(gone(wish, left), ["microphone", "speaker"]);
});

test("the sound goes to the chosen device while it is there, then to the system's own; the ring follows unless chosen", () => {
  devices.value = headset;
  choose({ speaker: "headset-out", ring: "" });
  assert.equal(outputFor("speaker"), "headset-out");
  assert.equal(outputFor("ring"), "headset-out");
  choose({ ring: "room" });
  assert.equal(outputFor("ring"), "room");
  devices.value = listsOf([found("audiooutput", "laptop")]);
  assert.equal(outputFor("speaker"), "");
  assert.equal(chosen.value.speaker, "headset-out", "it is chosen again when it is plugged in again");
});
