import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { bytes, clock, count, day, duration, phoneNumber } from "../shared/format";
import type { CallRecord, FileName, IntervalMode, Role } from "../shared/protocol";
import { t, tMaybe } from "../shared/text";
import { Back, Download, Handset, Hold, Mask, Play, Rewind, Shield, Warning } from "../shared/ui/icons";
import { Segmented } from "../shared/ui/parts";
import { MatrixWords } from "./matrix";
import { clientName } from "./names";
import { addressOf, close, failed, fileName, load, nextSpeed, playing, position, seek, speed, toggle } from "./player";
import { address } from "./route";
import { attempt, call } from "./session";
import { lengthOf, Tracks } from "./tracks";

/** One call as it was: its sound, its modes in time, its two files and the proof. */
export function RecordPage({ id }: { id: string }): VNode {
  const found = useSignal<CallRecord | null>(null);
  useEffect(() => {
    void attempt(() => call<CallRecord>("GET", `/records/${id}`)).then((r) => {
      if (!r) return;
      found.value = r;
      const first = r.files.find((f) => f.may && f.bytes > 0);
      if (first) void attempt(() => load(id, first.name));
    });
    return close;
  }, []);
  const r = found.value;
  if (!r) return <main class="record" />;
  return (
    <main class="record">
      <Head r={r} />
      <div class="columns">
        <div>
          <section class="panel-box sound" aria-label={t("desk.sound")}>
            <Controls r={r} />
            <Tracks r={r} />
          </section>
          <Files r={r} />
          {r.comments.map((c) => (
            <section class="panel-box remark" key={c.by + c.changed_at}>
              <header>
                <h2>{t("desk.comment_by", { name: c.by })}</h2>
                <time class="num">{clock(c.changed_at, true)}</time>
              </header>
              <p>{c.text}</p>
            </section>
          ))}
        </div>
        <aside>
          <Proof r={r} />
          <HeardAt r={r} />
          <Facts r={r} />
        </aside>
      </div>
    </main>
  );
}

function Head({ r }: { r: CallRecord }): VNode {
  return (
    <header class="head">
      <a class="button square big" href={address({ page: "records" })} aria-label={t("desk.back_to_records")}>
        <Back />
      </a>
      <div>
        <h1>{clientName(r.row.client_name, r.row.number)}</h1>
        <p class="num">
          {[
            `${day(r.row.started_at)}, ${clock(r.row.started_at, true)}`,
            r.row.client_name && phoneNumber(r.row.number),
            r.row.queue,
            r.row.operator,
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
    </header>
  );
}

function Controls({ r }: { r: CallRecord }): VNode {
  const files = r.files.filter((f) => f.may && f.bytes > 0);
  if (files.length === 0)
    return <p class="no-sound">{t(r.row.cause === "" ? "desk.record_runs" : "desk.not_recorded")}</p>;
  return (
    <div class="play-bar">
      <button
        type="button"
        class="play-button"
        aria-label={t(playing.value ? "desk.stop" : "desk.play")}
        onClick={toggle}
      >
        {playing.value ? <Hold /> : <Play />}
      </button>
      <button
        type="button"
        class="button quiet square big"
        aria-label={t("desk.back_10")}
        title={t("desk.back_10")}
        onClick={() => seek(position.value - 10_000)}
      >
        <Rewind />
      </button>
      <span class="where num">
        <strong>{duration(position.value)}</strong> / {duration(lengthOf(r))}
      </span>
      <span class="space" />
      <span class="you-hear">{t("desk.you_hear")}</span>
      <Segmented<FileName>
        label={t("desk.you_hear")}
        value={fileName.value}
        choices={files.map((f) => ({
          value: f.name,
          label: <FileLabel name={f.name} />,
          ...(f.name === "training.wav" ? { look: "prompter" } : {}),
        }))}
        choose={(name) => void attempt(() => load(r.row.call, name))}
      />
      <button
        type="button"
        class="button big num"
        aria-label={`${t("desk.speed")} ${speed.value}×`}
        onClick={nextSpeed}
      >
        {speed.value}×
      </button>
      {failed.value && (
        <p class="trouble">
          <Warning small /> {t("desk.cannot_play")}
        </p>
      )}
    </div>
  );
}

function FileLabel({ name }: { name: FileName }): VNode {
  return name === "client.wav" ? (
    <>
      <Handset /> {t("desk.client_file")}
    </>
  ) : (
    <>
      <Mask /> {t("desk.training_file")}
    </>
  );
}

function Files({ r }: { r: CallRecord }): VNode {
  const save = async (name: FileName) => {
    const url = await attempt(() => addressOf(r.row.call, name));
    if (!url) return;
    const link = document.createElement("a");
    link.href = url;
    link.download = `${r.row.started_at.slice(0, 10)}-${name}`;
    link.click();
  };
  const clientFile = r.guard.granted > 0 ? "desk.client_file_barge" : "desk.client_file_what";
  return (
    <div class="files">
      {r.files
        .filter((f) => f.may)
        .map((f) => (
          <section class={`panel-box ${f.name === "training.wav" ? "training" : ""}`} key={f.name}>
            <div>
              <h2>
                {f.name === "training.wav" && <Mask />}{" "}
                {t(f.name === "client.wav" ? "desk.client_file" : "desk.training_file")}
              </h2>
              <p>{t(f.name === "training.wav" ? "desk.training_file_what" : clientFile)}</p>
            </div>
            <button
              type="button"
              class={`button big ${f.name === "client.wav" ? "filled" : "violet"}`}
              onClick={() => void save(f.name)}
            >
              <Download /> WAV {bytes(f.bytes)}
            </button>
            <p class="who-may">{t(f.name === "client.wav" ? "desk.client_file_may" : "desk.training_file_may")}</p>
          </section>
        ))}
    </div>
  );
}

/** What the guard counted at the client's line. */
function Proof({ r }: { r: CallRecord }): VNode {
  return (
    <section class="panel-box proof-box">
      <h2>
        <Shield /> {t("desk.proof")}
      </h2>
      <dl class="facts split">
        <dt>{t("desk.frames_to_client")}</dt>
        <dd class="num">{count(r.guard.outside)}</dd>
        <dt>{t("desk.proof_barge")}</dt>
        <dd class={`num${r.guard.granted > 0 ? " prompter" : ""}`}>{count(r.guard.granted)}</dd>
        <dt>{t("desk.proof_stopped")}</dt>
        <dd class={`num${r.guard.stopped > 0 ? " trouble" : ""}`}>{count(r.guard.stopped)}</dd>
      </dl>
      <p>{t("desk.proof_what")}</p>
    </section>
  );
}

const grants: Record<IntervalMode, [Role, Role][]> = {
  waiting: [],
  away: [],
  talk: [
    ["client", "agent"],
    ["agent", "client"],
  ],
  listen: [
    ["client", "agent"],
    ["agent", "client"],
    ["supervisor", "client"],
    ["supervisor", "agent"],
  ],
  whisper: [
    ["client", "agent"],
    ["agent", "client"],
    ["agent", "supervisor"],
    ["supervisor", "client"],
    ["supervisor", "agent"],
  ],
  barge: [
    ["client", "agent"],
    ["client", "supervisor"],
    ["agent", "client"],
    ["agent", "supervisor"],
    ["supervisor", "client"],
    ["supervisor", "agent"],
  ],
};

/** Who heard whom at the playhead. */
function HeardAt({ r }: { r: CallRecord }): VNode {
  const now = r.intervals.find((i) => position.value >= i.from_ms && position.value < i.to_ms) ?? r.intervals.at(-1);
  const nameOf = (role: Role, otherwise: string) =>
    r.tracks.find((x) => x.role === role)?.name.split(" ")[0] || otherwise;
  const open = grants[now?.mode ?? "waiting"];
  return (
    <section class="panel-box">
      <h2>{t("desk.heard_at", { time: duration(position.value) })}</h2>
      <MatrixWords
        names={{
          client: t("role.client"),
          agent: nameOf("agent", t("role.agent")),
          supervisor: nameOf("supervisor", t("role.prompter")),
        }}
        hears={(l, s) => open.some(([a, b]) => a === l && b === s)}
      />
    </section>
  );
}

function Facts({ r }: { r: CallRecord }): VNode {
  return (
    <section class="panel-box">
      <h2>{t("desk.facts")}</h2>
      <dl class="facts">
        <dt>{t("desk.waited")}</dt>
        <dd class="num">{duration(r.waited_ms)}</dd>
        <dt>{t("desk.talked")}</dt>
        <dd class="num">{duration(r.row.talked_ms)}</dd>
        <dt>{t("desk.queue")}</dt>
        <dd>{r.row.queue}</dd>
        <dt>{t("role.agent")}</dt>
        <dd>{r.row.operator || "–"}</dd>
        <dt>{t("desk.result")}</dt>
        <dd>{tMaybe(`cause.${r.row.cause}`, r.row.cause)}</dd>
      </dl>
    </section>
  );
}
