import "../shared/base.css";
import "./stage.css";
import { render } from "preact";
import { startClock } from "../shared/clock";
import { bindDocument } from "../shared/document";
import { preferredLanguage, speak, t } from "../shared/text";
import { catalogue } from "./catalogue";
import { start } from "./state";
import { StagePage } from "./view";

if (document.documentElement.className === "old") await new Promise(() => {}); // shared/start.ts says why
await speak(preferredLanguage("en"), catalogue);
bindDocument(() => `Sufler · ${t("stage.claim")}`);
startClock();
start();
render(<StagePage />, document.body);
