import assert from "node:assert/strict";
import { test } from "node:test";
import { type Group, lookedFor } from "./counters";

const none = { free: 0, busy: 0, paused: 0, queued: 0, prequeued: 0 };
const person = (name: string) => ({ id: name, name, status: "online", counters: none });
const groups: Group[] = [
  { name: "Objednávky", counters: none, people: [person("Ondřej Fogatoš"), person("Iveta Makovská")] },
  { name: "Rady", counters: none, people: [person("Daniel Peltek")] },
];
const found = (looked: string) => lookedFor(groups, looked).map((g) => [g.name, ...g.people.map((p) => p.name)]);

// M162
test("people are found by a part of their name without diacritics, with their group", () => {
  assert.deepEqual(found("ondrej"), [["Objednávky", "Ondřej Fogatoš"]]);
  assert.deepEqual(found("PELT"), [["Rady", "Daniel Peltek"]]);
  assert.deepEqual(found("objedn"), [["Objednávky", "Ondřej Fogatoš", "Iveta Makovská"]]);
  assert.deepEqual(found("nobody"), []);
  assert.equal(found(" ").length, 2);
});
