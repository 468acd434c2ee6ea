import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Session } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Check, Warning } from "../../shared/ui/icons";
import { renameVisitor } from "../sessions/actions";

const fields = [
  { name: "name", type: "text", limit: 200 },
  { name: "phone", type: "tel", limit: 40 },
  { name: "email", type: "email", limit: 254 },
] as const;

type Field = (typeof fields)[number];

/** Name, phone and e-mail as the visitor or a colleague gave them; a field is saved when it is left, or by Enter (M092). */
export function VisitorForm({ s }: { s: Session }): VNode {
  const state = useSignal<"still" | "saving" | "saved" | "failed">("still");
  const save = async (field: Field["name"], value: string) => {
    const { name, phone, email } = s.visitor;
    if (value.trim() === s.visitor[field] || s.state === "closed") return;
    state.value = "saving";
    const done = await renameVisitor(s.id, { name, phone, email, [field]: value.trim() });
    state.value = done ? "saved" : "failed";
  };
  return (
    <div class="visitor-form">
      {fields.map((f) => (
        <Row of={f} value={s.visitor[f.name]} save={(v) => save(f.name, v)} key={f.name} />
      ))}
      <p role="status" class={state.value === "failed" ? "trouble" : ""}>
        {state.value === "saving" && t("desk.saving")}
        {state.value === "saved" && (
          <>
            <Check small /> {t("session.saved")}
          </>
        )}
        {state.value === "failed" && (
          <>
            <Warning small /> {t("desk.not_saved")}
          </>
        )}
      </p>
    </div>
  );
}

/** What is being typed stays, whatever comes from elsewhere meanwhile. */
function Row({ of, value, save }: { of: Field; value: string; save(value: string): Promise<void> }): VNode {
  const typed = useSignal<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const leave = async () => {
    const now = typed.peek();
    if (now === null) return;
    await save(now);
    if (document.activeElement !== field.current) typed.value = null;
  };
  return (
    <label>
      <span>{t(`session.${of.name}`)}</span>
      <input
        ref={field}
        type={of.type as "text"}
        maxLength={of.limit}
        autocomplete="off"
        value={typed.value ?? value}
        onInput={(e) => (typed.value = e.currentTarget.value)}
        onBlur={() => void leave()}
        onKeyDown={(e) => {
          if (e.key === "Enter" && !e.isComposing) void leave();
        }}
      />
    </label>
  );
}
