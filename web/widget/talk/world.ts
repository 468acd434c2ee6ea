import { serverNow } from "../../shared/clock";
import type { Talk } from "../../shared/protocol";
import { request } from "../../shared/request";
import { Conversation } from "../../shared/sound/conversation";
import { type HowlGuard, howlGuard } from "../../shared/sound/howl";
import { openMicrophone } from "../../shared/sound/microphone";
import { recordedVoice } from "../../shared/sound/recorded";
import { language } from "../../shared/text";
import { Following } from "../follow";
import { person } from "../person";
import { base, client, here, info } from "../state";
import { browserName, keptTalk } from "../store";
import type { World } from "./talk";

const lock = "sufler.talk";
/** Three offers long. */
const connectLimit = 16_000;

/** The browser and the server, as a talk meets them. */
export const world: World = {
  voice: (kind) =>
    kind === "microphone"
      ? openMicrophone({ device: "", clean: true })
      : recordedVoice(`${base()}/api/v1/demo/voice/client.wav`),
  sound: (leg, offer) => new Conversation(leg, { offer }),
  begin: () =>
    request<Talk>(client(), "POST", "/talks", {
      widget: here().widget,
      name: person.peek().name,
      language: language.peek(),
      browser: browserName(),
      queue: "",
    }),
  look: (k) => request<Talk>(client(k.token), "GET", `/talks/${k.id}`),
  end: (k) => request<Talk>(client(k.token), "DELETE", `/talks/${k.id}`),
  follow: (what) => new Following(what),
  keep: keptTalk.keep,
  claim,
  patience: (over) => {
    const timer = setTimeout(over, connectLimit);
    return () => clearTimeout(timer);
  },
  howls: () => guard()?.wouldHowl() ?? Promise.resolve(false),
  holds: (open) => guard()?.hold(open),
  language: () => language.peek(),
  now: () => new Date(serverNow()).toISOString(),
};

let guarding: HowlGuard | undefined;

/** Only in the demo one person sits at all ends of a talk. */
function guard(): HowlGuard | undefined {
  if (info.peek()?.demo) guarding ??= howlGuard();
  return guarding;
}

/** A Web Lock is given back by the browser itself when the tab closes or crashes. */
function claim(wait: boolean): Promise<(() => void) | null> {
  return new Promise((claimed, failed) => {
    const hold = (l: Lock | null) => {
      if (!l) {
        claimed(null);
        return undefined;
      }
      return new Promise<void>((release) => claimed(release));
    };
    navigator.locks.request(lock, { ifAvailable: !wait }, hold).catch(failed);
  });
}
