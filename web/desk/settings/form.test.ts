import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../shared/request";
import { Form } from "./form";

const kept = { name: "Orders", size: 20, overflow: { to: "", queue: "" } };

test("a form is changed when what is typed is another than what is kept", () => {
  const form = new Form(kept, async (v) => v);
  assert.equal(form.changed.value, false);
  form.set("overflow.to", "queue");
  assert.equal(form.get("overflow.to"), "queue");
  assert.equal(kept.overflow.to, "");
  assert.equal(form.changed.value, true);
  form.set("overflow.to", "");
  assert.equal(form.changed.value, false);
  const list = new Form({ days: [{ n: 1 }, { n: 2 }] }, async (v) => v);
  list.set("days.1.n", 3);
  assert.deepEqual(list.whole(), { days: [{ n: 1 }, { n: 3 }] });
});

test("what the server finds wrong is shown at its field until that is changed", async () => {
  const flaws = [
    { at: "overflow.queue", code: "missing", title: "Fill this in." },
    { at: "groups[1]", code: "unknown", title: "There is none." },
  ];
  const form = new Form(kept, () =>
    Promise.reject(new Refusal(422, { code: "setting_invalid", title: "No", detail: "", flaws })),
  );
  form.set("overflow.to", "queue");
  assert.equal(await form.save(), false);
  assert.equal(form.flaw("overflow.queue"), "Fill this in.");
  assert.equal(form.flaw("groups", true), "There is none.");
  assert.equal(form.flaw("groups"), "");
  assert.equal(form.refusal.value?.title, "No");
  assert.equal(form.get("overflow.to"), "queue");
  form.set("overflow.queue", "Service");
  assert.equal(form.flaw("overflow.queue"), "");
});

test("what another has kept meanwhile does not overwrite what is being typed", async () => {
  const form = new Form(kept, async (v) => v);
  form.take({ ...kept, size: 30 });
  assert.equal(form.get("size"), 30);
  form.set("name", "Service");
  form.take({ ...kept, size: 40 });
  assert.equal(form.get("name"), "Service");
  assert.equal(await form.save(), true);
  assert.equal(form.changed.value, false);
  assert.equal(form.done.value, true);
  form.set("name", "x");
  form.discard();
  assert.equal(form.get("name"), "Service");
});
