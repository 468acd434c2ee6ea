import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { outputFor } from "../../shared/sound/devices";
import { audio, playSamples, unlock } from "../../shared/sound/output";
import { chime, knock, louder, ring, tap } from "../../shared/sound/tones";
import { t } from "../../shared/text";
import { Sound, SoundOff, Warning } from "../../shared/ui/icons";
import { Dialog } from "../dialog";
import { closeDialog } from "../dialogs";
import { chooseNotices, type Noise, noises, notices, setVolume } from "./choice";

const samples = { call: ring, chat: knock, message: tap };

/** By what this browser tells of calls, chats and messages (M026-M028). */
export function NoticesDialog(): VNode {
  return (
    <Dialog id="notices" look="notices" title={t("notices.title")} close={closeDialog}>
      <p>{t("notices.here_only")}</p>
      {noises.map((n) => (
        <NoiseRow of={n} key={n} />
      ))}
      <Popups />
      <footer>
        <button type="button" class="button filled big" onClick={closeDialog}>
          OK
        </button>
      </footer>
    </Dialog>
  );
}

function NoiseRow({ of }: { of: Noise }): VNode {
  const volume = notices.value.volume[of];
  const hear = async () => {
    await unlock();
    const make = samples[of] ?? chime;
    playSamples(louder(make(audio().sampleRate), volume), outputFor("ring"));
  };
  return (
    <div class="noise">
      <label>
        <span>{t(`notices.${of}`)}</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.1}
          value={volume}
          aria-valuetext={volume === 0 ? t("notices.off") : `${Math.round(volume * 100)} %`}
          onInput={(e) => setVolume(of, Number(e.currentTarget.value))}
        />
      </label>
      <span class="num">{volume === 0 ? t("notices.off") : `${Math.round(volume * 100)} %`}</span>
      <button type="button" class="button" aria-disabled={volume === 0} onClick={() => void hear()}>
        {volume === 0 ? <SoundOff small /> : <Sound small />} {t("notices.try")}
      </button>
    </div>
  );
}

function Popups(): VNode {
  const known = typeof Notification !== "undefined";
  const state = useSignal(known ? Notification.permission : "denied");
  const turn = async (on: boolean) => {
    if (on && state.peek() === "default") state.value = await Notification.requestPermission();
    chooseNotices({ popups: on && state.peek() === "granted" });
  };
  return (
    <div class="popups">
      <label class="tick">
        <input
          type="checkbox"
          checked={notices.value.popups && state.value === "granted"}
          disabled={state.value === "denied"}
          onChange={(e) => void turn(e.currentTarget.checked)}
        />
        <span>
          {t("notices.popups")}
          <small>{t("notices.popups_when")}</small>
        </span>
      </label>
      {state.value === "denied" && (
        <p class="trouble">
          <Warning small /> {t("notices.popups_denied")}
        </p>
      )}
    </div>
  );
}
