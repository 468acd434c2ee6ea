import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { clock } from "../../shared/format";
import { Refusal } from "../../shared/request";
import { t } from "../../shared/text";
import { Check, Warning } from "../../shared/ui/icons";
import { saveComment } from "../actions";

const pause = 800;

/** Saves itself 0.8 s after the last key. What could not be saved stays here and is tried again. */
export function Comment({ id, text }: { id: string; text: string }): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const state = useSignal<"still" | "saving" | "saved" | "failed">("still");
  const at = useSignal("");
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const save = async () => {
    state.value = "saving";
    try {
      at.value = await saveComment(id, field.current?.value ?? "");
      state.value = "saved";
    } catch (e) {
      if (!(e instanceof Refusal)) throw e;
      state.value = "failed";
      later(4000);
    }
  };
  const later = (ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void save(), ms);
  };
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  return (
    <section class="panel-box comment">
      <header>
        <h2 id="comment">{t("desk.comment")}</h2>
        <span role="status" class={state.value === "failed" ? "trouble" : ""}>
          {state.value === "saved" && <Check small />}
          {state.value === "failed" && <Warning small />}
          {state.value === "saved" && t("desk.saved", { time: clock(at.value, true) })}
          {state.value === "saving" && t("desk.saving")}
          {state.value === "failed" && t("desk.not_saved")}
        </span>
      </header>
      <textarea
        ref={field}
        aria-labelledby="comment"
        rows={6}
        maxLength={4000}
        defaultValue={text}
        placeholder={t("desk.comment_hint")}
        onInput={() => later(pause)}
        onBlur={() => {
          if (state.value === "failed") void save();
        }}
      />
      <p>{t("desk.comment_who")}</p>
    </section>
  );
}
