import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Member } from "../../shared/protocol";
import { teach } from "../../shared/text";
import english from "../../shared/texts/en.json";
import { fullFor, statusWords } from "./words";

beforeEach(() => teach("en", english));

const member = (more: Partial<Member>): Member => ({
  id: "anna",
  name: "Anna",
  rank: "operator",
  robot: false,
  phone: "101",
  phone_registered: true,
  answer_on: "browser",
  sound: true,
  status: "online",
  since: "",
  chosen: "online",
  reason: "",
  unanswered: false,
  chats: 0,
  chat_limit: 3,
  wrap_ups: 0,
  wrap_up_since: null,
  queue: "",
  call: null,
  supervised_by: null,
  ...more,
});

// I004, D 6: busy means one thing when it is chosen and another when it has come about.
test("a status says what was chosen and what came about", () => {
  const cases: [Partial<Member>, string][] = [
    [{}, "Online"],
    [{ chats: 2 }, "Online, 2 of 3 chats"],
    [{ status: "busy", chosen: "busy" }, "Do not disturb"],
    [{ status: "busy", chats: 3 }, "Busy (3 of 3 chats)"],
    [{ status: "busy" }, "Busy"],
    [{ status: "wrap_up", wrap_ups: 1 }, "Finishing 1"],
    [{ status: "pause", chosen: "pause" }, "Pause"],
    [{ status: "pause", chosen: "pause", reason: "lunch" }, "Pause: lunch"],
    [{ status: "pause", chosen: "pause", unanswered: true }, "Pause: did not answer"],
    [{ status: "talking" }, "In a talk"],
    [{ status: "offline" }, "Offline"],
  ];
  for (const [more, words] of cases) assert.equal(statusWords(member(more)), words);
});

// D1: whoever has no room is told so where the button would be.
test("an operator without room reads what to do first", () => {
  assert.equal(fullFor("chat", member({ chats: 2 })), "");
  assert.equal(fullFor("invitation", member({ chats: 3 })), "You have 3 of 3 chats: finish one first");
  assert.equal(fullFor("callback", member({ chats: 1 })), "Needs no open chat: you have 1");
  assert.equal(fullFor("voice", member({})), "");
  assert.equal(fullFor("chat", undefined), "");
});
