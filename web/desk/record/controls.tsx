import type { VNode } from "preact";
import { duration } from "../../shared/format";
import type { FileName } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Handset, Hold, Mask, Play, Rewind, Warning } from "../../shared/ui/icons";
import { Segmented } from "../../shared/ui/parts";
import type { Player } from "./player";

/** What plays the record: play, ten seconds back, which file, how fast. */
export function Controls({ of }: { of: Player }): VNode {
  const file = of.file.value;
  if (!file) return <p class="no-sound">{t(of.record.row.cause === "" ? "desk.record_runs" : "desk.not_recorded")}</p>;
  return (
    <div class="play-bar">
      <button
        type="button"
        class="play-button"
        aria-label={t(of.playing.value ? "desk.stop" : "desk.play")}
        aria-keyshortcuts="Space"
        onClick={() => of.toggle()}
      >
        {of.playing.value ? <Hold /> : <Play />}
      </button>
      <button
        type="button"
        class="button quiet square big"
        aria-label={t("desk.back_10")}
        title={t("desk.back_10")}
        onClick={() => of.seek(of.position.peek() - 10_000)}
      >
        <Rewind />
      </button>
      <span class="where num">
        <strong>{duration(of.position.value)}</strong> / {duration(of.length)}
      </span>
      <span class="space" />
      <span class="you-hear">{t("desk.you_hear")}</span>
      <Segmented<FileName>
        label={t("desk.you_hear")}
        value={file}
        choices={of.files.map((name) => ({
          value: name,
          label: <FileLabel name={name} />,
          ...(name === "training.wav" ? { look: "prompter" } : {}),
        }))}
        choose={(name) => of.choose(name)}
      />
      <button
        type="button"
        class="button big num speed"
        aria-label={`${t("desk.speed")} ${of.speed.value}×`}
        onClick={() => of.nextSpeed()}
      >
        {of.speed.value}×
      </button>
      {of.failed.value && (
        <p class="trouble" role="alert">
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
