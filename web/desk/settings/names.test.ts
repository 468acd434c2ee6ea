import assert from "node:assert/strict";
import { test } from "node:test";
import { slug, snake } from "./names";

test("a name becomes an id that stands in an address", () => {
  assert.equal(slug("  Noční směna (2) "), "nocni-smena-2");
  assert.equal(slug("Ночь"), "ночь");
  assert.match(slug("!!!"), /^[0-9a-f-]{36}$/);
  assert.equal(snake("Číslo objednávky"), "cislo_objednavky");
  assert.equal(snake("2. Order-ID"), "order_id");
});
