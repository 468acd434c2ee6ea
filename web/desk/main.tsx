import "../shared/base.css";
import "./shell.css";
import "./desk.css";
import "./team.css";
import "./card.css";
import "./record.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { startClock } from "../shared/clock";
import { bindDocument } from "../shared/document";
import { preferredLanguage, speak, t } from "../shared/text";
import { catalogue } from "./catalogue";
import { startRouting } from "./route";
import { enter, me } from "./session";
import { offers, start } from "./state";
import { App } from "./view";

await speak(preferredLanguage("en"), catalogue);
// An offer rings in the title too: the tab may be behind others.
bindDocument(() =>
  offers.value.length > 0 ? `● ${t("desk.offer_title")} · Sufler` : `${me.value?.name ?? t("desk.login")} · Sufler`,
);
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
