import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals";
import type { Problem, Talk, TalkReason, TalkState } from "../../shared/protocol";
import { Refusal } from "../../shared/request";
import type { LineState } from "../../shared/sound/line";
import { NoMicrophone, type Voice } from "../../shared/sound/microphone";
import type { Followed } from "../follow";
import type { Kept } from "../store";
import { type Sound, TalkHere, type World } from "./talk";

const refusal = (code: string) => new Refusal(409, { code, title: `title of ${code}`, detail: "" });

function talkAt(state: TalkState, more: Partial<Talk> = {}): Talk {
  const times = { created_at: "2026-11-20T14:00:00.000Z", talked_at: null, ended_at: null };
  const rest = { reason: "" as TalkReason, place: 1, wait_ms: null, cut_off: false, queue: "Orders", operator: "" };
  return { id: "t1", leg: "l1", state, ...rest, ...times, ...more };
}

/** A browser and a server by script, and what was done to them. */
class Stage implements World {
  done: string[] = [];
  microphone: () => Promise<Voice> = async () => this.aVoice("microphone");
  begin = async (): Promise<Talk> => ({ ...talkAt("waiting"), token: "secret" });
  look = async (): Promise<Talk> => talkAt("waiting");
  end = async (k: Kept): Promise<Talk> => {
    this.done.push(`ended ${k.id}`);
    return talkAt("ended", { reason: "cancelled" });
  };
  taken = false;
  kept: Kept | null = null;
  followed: Followed | undefined;
  line = signal<LineState>("connecting");
  trouble = signal<Problem | null>(null);
  offer: ((leg: string, sdp: string) => Promise<string>) | undefined;
  answer = async (what: string, data: unknown): Promise<unknown> => {
    this.done.push(`${what} ${JSON.stringify(data)}`);
    return { sdp: "answer" };
  };

  aVoice(kind: Voice["kind"]): Voice {
    return { kind, track: {} as MediaStreamTrack, close: () => this.done.push(`${kind} closed`) };
  }
  voice(kind: Voice["kind"]): Promise<Voice> {
    return kind === "microphone" ? this.microphone() : Promise.resolve(this.aVoice(kind));
  }
  sound(leg: string, offer: (leg: string, sdp: string) => Promise<string>): Sound {
    this.offer = offer;
    const voice = signal<Voice | null>(null);
    const line = { leg, state: this.line, trouble: this.trouble } as unknown as Sound["line"];
    const [muted, level, off] = [signal(false), signal(-100), signal(false)];
    return {
      ...{ line, voice, muted, level, speaksMuted: off, dead: off, hint: signal("" as const) },
      speakWith: async (v) => {
        voice.value = v;
      },
      open: () => this.done.push(`opened ${leg}`),
      mute: (on) => {
        muted.value = on;
      },
      close: () => {
        this.done.push("sound closed");
        voice.peek()?.close();
      },
    };
  }
  follow(what: Followed) {
    this.followed = what;
    const ask = <T>(w: string, data: unknown) => this.answer(w, data) as Promise<T>;
    return { ask, stop: () => this.done.push("unfollowed") };
  }
  keep(k: Kept | null): void {
    this.kept = k;
  }
  async claim(): Promise<(() => void) | null> {
    if (this.taken) return null;
    this.taken = true;
    return () => {
      this.taken = false;
    };
  }
  runOut = () => {};
  patience(over: () => void): () => void {
    this.runOut = over;
    return () => {};
  }
  howling = false;
  howls = async () => this.howling;
  open = false;
  holds(open: boolean): void {
    this.open = open;
  }
  language = () => "cs";
  now = () => "2026-11-20T14:05:00.000Z";

  says(t: Talk): void {
    this.followed?.event({ seq: 1, at: t.created_at, kind: "talk.changed", data: t });
  }
}

function scene(): { stage: Stage; talk: TalkHere } {
  const stage = new Stage();
  return { stage, talk: new TalkHere(stage) };
}

const settled = () => new Promise<void>((done) => setImmediate(done));

/** A browser that asks its person and waits. */
function ask(stage: Stage): { allow(): void } {
  const asked = { allow: () => {} };
  stage.microphone = () =>
    new Promise((allowed) => {
      asked.allow = () => allowed(stage.aVoice("microphone"));
    });
  return asked;
}

/** On the line, with somebody. */
async function talking(): Promise<{ stage: Stage; talk: TalkHere }> {
  const s = scene();
  await s.talk.begin();
  s.stage.line.value = "connected";
  s.stage.says(talkAt("talking", { talked_at: "2026-11-20T14:01:00.000Z", operator: "Anna" }));
  return s;
}

test("from the click to the talk, scene by scene", async () => {
  const { stage, talk } = scene();
  assert.equal(talk.scene.value, "idle");
  assert.equal(talk.runs.value, false);
  const asked = ask(stage);
  const opening = talk.begin();
  await settled();
  assert.equal(talk.scene.value, "asking", "the browser asks before anything is sent");
  assert.equal(stage.followed, undefined);
  asked.allow();
  await opening;
  assert.equal(talk.scene.value, "joining");
  assert.deepEqual(stage.kept, { id: "t1", token: "secret", voice: "microphone" });
  stage.line.value = "connected";
  const seen = (["waiting", "agent_found", "talking", "away", "talking"] as const).map((state) => {
    stage.says(talkAt(state));
    return talk.scene.value;
  });
  assert.deepEqual(seen, ["waiting", "agent_found", "talking", "away", "talking"]);
  stage.line.value = "lost";
  assert.equal(talk.scene.value, "returning");
  assert.equal(talk.runs.value, true);
});

test("the offer waits for the welcome and carries the leg of the talk", async () => {
  const { stage, talk } = scene();
  await talk.begin();
  const answered = stage.offer?.("l1", "offer");
  await settled();
  assert.deepEqual(stage.done, ["opened l1"]);
  stage.followed?.welcome({ now: "2026-11-20T14:00:01.000Z", talk: talkAt("waiting", { place: 2 }) });
  assert.equal(await answered, "answer");
  assert.deepEqual(stage.done, ["opened l1", 'sound.offer {"leg":"l1","sdp":"offer"}']);
  assert.equal(talk.talk.value?.place, 2);
  assert.deepEqual(stage.followed?.hello(), { as: "visitor", talk: "t1", token: "secret", language: "cs" });
});

test("each trouble with the microphone is named, sends nothing and lets another try", async () => {
  for (const word of ["no_microphone", "refused", "in_use", "insecure_page", "unsupported"] as const) {
    const { stage, talk } = scene();
    stage.microphone = async () => {
      throw new NoMicrophone(word);
    };
    await talk.begin();
    assert.deepEqual([talk.scene.value, talk.fault.value, talk.runs.value], ["fault", { code: word }, false]);
    assert.deepEqual([stage.done, stage.kept, stage.taken], [[], null, false], word);
    await talk.begin("recorded");
    assert.equal(talk.scene.value, "joining", "the demo's voice goes on where the microphone did not");
    assert.equal(stage.kept?.voice, "recorded");
  }
});

test("a talk that the server refuses shows the server's words and closes the microphone", async () => {
  const { stage, talk } = scene();
  stage.begin = async () => {
    throw refusal("talk_too_often");
  };
  await talk.begin();
  assert.equal(talk.fault.value?.code === "refused_by_server" && talk.fault.value.problem.code, "talk_too_often");
  assert.deepEqual([stage.done, stage.taken], [["microphone closed"], false]);
});

test("only one tab of the site talks", async () => {
  const { stage, talk } = scene();
  stage.taken = true;
  await talk.begin();
  assert.deepEqual(talk.fault.value, { code: "elsewhere" });
  assert.deepEqual([stage.done, stage.kept], [[], null]);
});

// D-5
test("where another window has its microphone open it asks for headphones first", async () => {
  const { stage, talk } = scene();
  stage.howling = true;
  await talk.begin();
  assert.deepEqual([talk.fault.value, stage.done, stage.open, stage.taken], [{ code: "howl" }, [], false, false]);
  await talk.begin("microphone", true);
  assert.deepEqual([stage.done, stage.open], [["opened l1"], true]);
  await talk.leave();
  assert.equal(stage.open, false);
});

test("a recorded voice howls with nobody", async () => {
  const { stage, talk } = scene();
  stage.howling = true;
  await talk.begin("recorded");
  assert.deepEqual([stage.done, stage.open], [["opened l1"], false]);
});

test("hanging up closes the microphone before the server is asked, and is true also when that cannot be reached", async () => {
  const { stage, talk } = await talking();
  stage.done = [];
  stage.end = async () => {
    stage.done.push("asked");
    throw refusal("unreachable");
  };
  await talk.leave();
  assert.deepEqual(stage.done, ["unfollowed", "sound closed", "microphone closed", "asked"]);
  assert.deepEqual(
    [talk.scene.value, talk.talk.value?.reason, talk.talk.value?.ended_at],
    ["ended", "talked", stage.now()],
  );
  assert.deepEqual([stage.kept, stage.taken, talk.runs.value], [null, false, false]);
});

test("who gives up while the browser still asks leaves no open microphone", async () => {
  const { stage, talk } = scene();
  const asked = ask(stage);
  const opening = talk.begin();
  await settled();
  assert.equal(talk.scene.value, "asking");
  await talk.leave();
  assert.equal(talk.scene.value, "idle");
  asked.allow();
  await opening;
  assert.deepEqual(stage.done, ["microphone closed"]);
  assert.deepEqual([talk.scene.value, stage.taken], ["idle", false]);
});

test("who gives up while the talk is made ends it", async () => {
  const { stage, talk } = scene();
  let made = (_: Talk) => {};
  stage.begin = () =>
    new Promise((done) => {
      made = done;
    });
  const opening = talk.begin();
  await settled();
  await talk.leave();
  made({ ...talkAt("waiting"), token: "secret" });
  await opening;
  assert.deepEqual(stage.done, ["ended t1", "microphone closed"]);
  assert.equal(talk.scene.value, "idle");
});

test("a page that was loaded anew enters its talk again, with the voice that it had", async () => {
  const { stage, talk } = scene();
  stage.look = async () => talkAt("talking");
  await talk.resume({ id: "t1", token: "secret", voice: "recorded" });
  assert.deepEqual(stage.done, ["opened l1"]);
  assert.equal(stage.kept?.voice, "recorded");
  stage.line.value = "connected";
  assert.equal(talk.scene.value, "talking");
});

test("a talk that ended while nobody looked is forgotten", async () => {
  for (const look of [
    async () => talkAt("ended", { reason: "lost" }),
    async () => {
      throw refusal("talk_unknown");
    },
  ]) {
    const { stage, talk } = scene();
    stage.kept = { id: "t1", token: "secret" };
    stage.look = look;
    await talk.resume({ id: "t1", token: "secret" });
    assert.deepEqual([talk.scene.value, stage.kept, stage.taken, stage.done], ["idle", null, false, []]);
  }
});

test("without its microphone after a reload the talk waits for another try", async () => {
  const { stage, talk } = scene();
  stage.microphone = async () => {
    throw new NoMicrophone("in_use");
  };
  await talk.resume({ id: "t1", token: "secret" });
  assert.deepEqual([talk.scene.value, talk.runs.value], ["fault", true]);
  stage.microphone = async () => stage.aVoice("microphone");
  stage.begin = async () => assert.fail("there is a talk already");
  await talk.begin();
  assert.deepEqual(stage.done, ["opened l1"]);
});

test("the end of the server closes everything and leaves its reason", async () => {
  const { stage, talk } = await talking();
  stage.done = [];
  stage.says(talkAt("ended", { reason: "no_sound" }));
  assert.deepEqual(stage.done, ["unfollowed", "sound closed", "microphone closed"]);
  assert.deepEqual([talk.scene.value, talk.talk.value?.reason, stage.kept], ["ended", "no_sound", null]);
  talk.reset();
  assert.equal(talk.scene.value, "idle");
});

test("a sound that the server refuses for good is told, and the talk is given up", async () => {
  const { stage, talk } = await talking();
  stage.done = [];
  stage.trouble.value = refusal("sound_not_common").problem;
  stage.line.value = "over";
  await settled();
  assert.equal(talk.fault.value?.code === "refused_by_server" && talk.fault.value.problem.code, "sound_not_common");
  assert.deepEqual(stage.done, ["unfollowed", "sound closed", "microphone closed", "ended t1"]);
});

test("a line that never comes ends the talk with its reason, one that came does not", async () => {
  const { stage, talk } = scene();
  await talk.begin();
  stage.runOut();
  assert.deepEqual([talk.scene.value, talk.talk.value?.reason, stage.kept], ["ended", "no_sound", null]);
  assert.deepEqual(stage.done, ["opened l1", "unfollowed", "sound closed", "microphone closed", "ended t1"]);
  const other = await talking();
  other.stage.runOut();
  assert.equal(other.talk.scene.value, "talking");
});

test("a refused leg of a talk that has ended is no fault", async () => {
  const { stage, talk } = await talking();
  stage.look = async () => talkAt("ended", { reason: "talked" });
  stage.trouble.value = refusal("leg_ended").problem;
  stage.line.value = "over";
  await settled();
  assert.deepEqual([talk.scene.value, talk.fault.value], ["ended", null]);
});
