import assert from "node:assert/strict";
import { test } from "node:test";
import { isPage, pathOf } from "./pages";

test("only a page becomes a link", () => {
  assert.ok(isPage("https://shop.example/order?x=1") && isPage("http://127.0.0.1:8080/"));
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//shop.example", "order", ""]) {
    assert.ok(!isPage(bad), bad);
  }
});

test("an address is shown by the page's own part, as people read it", () => {
  assert.equal(pathOf("https://shop.example/lampy/st%C5%AFl?a=1"), "/lampy/stůl?a=1");
  assert.equal(pathOf("https://shop.example/%E0%A4%A"), "/%E0%A4%A", "what cannot be read stays");
  assert.equal(pathOf("javascript:alert(1)"), "javascript:alert(1)");
});
