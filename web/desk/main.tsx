import "../shared/base.css";
import "./shell.css";
import "./desk.css";
import "./team.css";
import "./bar.css";
import "./card.css";
import "./record.css";
import "./sound.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { startClock } from "../shared/clock";
import { bindDocument } from "../shared/document";
import { preferredLanguage, speak, t } from "../shared/text";
import { badge } from "./badge";
import { catalogue } from "./catalogue";
import { ringing } from "./legs";
import { startRouting } from "./route";
import { enter, me } from "./session";
import { start } from "./start";
import { offers } from "./state";
import { App } from "./view";

await speak(preferredLanguage("en"), catalogue);
// What rings, rings in the title and on the icon too: the tab may be behind others.
bindDocument(() => {
  if (ringing.value.length > 0) return `☎ ${t("desk.incoming")} · Sufler`;
  if (offers.value.length > 0) return `● ${t("desk.offer_title")} · Sufler`;
  return `${me.value?.name ?? t("desk.login")} · Sufler`;
});
effect(() => badge(ringing.value.length + offers.value.length));
startClock();
startRouting();
await enter();
let started = false;
effect(() => {
  if (!me.value || started) return;
  started = true;
  start();
});
render(<App />, document.body);
