import assert from "node:assert/strict";
import { test } from "node:test";
import { type Catalogue, type Key, type Language, language, learn, speak, t } from "./text";

/** A catalogue whose languages come when the test lets them. */
function slow(word: string) {
  const waiting: (() => void)[] = [];
  const bring = (l: Language) => () =>
    new Promise<{ default: Record<string, string> }>((come) => {
      waiting.push(() => come({ default: { [word]: `${word} in ${l}` } }));
    });
  const catalogue: Catalogue = { en: bring("en"), cs: bring("cs"), ru: bring("ru") };
  return { catalogue, come: () => waiting.splice(0).map((w) => w()) };
}

const settled = () => new Promise<void>((done) => setImmediate(done));
const say = (word: string) => t(word as Key);

test("a part of a page speaks the page's language, whatever was chosen while its words were on the way", async () => {
  const [page, part] = [slow("page"), slow("part")];
  const first = speak("cs", page.catalogue);
  page.come();
  await first;
  const learned = learn(part.catalogue);
  const chosen = speak("ru", page.catalogue);
  page.come();
  part.come();
  await settled();
  page.come();
  part.come();
  await Promise.all([learned, chosen]);
  assert.equal(language.value, "ru");
  assert.equal(say("page"), "page in ru");
  assert.equal(say("part"), "part in ru");
});
