import type { VNode } from "preact";
import { bytes } from "../../shared/format";
import type { CallRecord } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Download, Mask } from "../../shared/ui/icons";
import { attempt } from "../account";
import { pathOf } from "./player";
import { save } from "./save";

/** The files that this reader may have, and who else may. */
export function Files({ r }: { r: CallRecord }): VNode {
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
              onClick={() =>
                void attempt(() => save(pathOf(r.row.call, f.name), `${r.row.started_at.slice(0, 10)}-${f.name}`))
              }
            >
              <Download /> WAV {bytes(f.bytes)}
            </button>
            <p class="who-may">{t(f.name === "client.wav" ? "desk.client_file_may" : "desk.training_file_may")}</p>
          </section>
        ))}
    </div>
  );
}
