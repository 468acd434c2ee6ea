import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { t } from "../../shared/text";
import { Warning } from "../../shared/ui/icons";
import { Dialog } from "../dialog";
import { closeDialog } from "../dialogs";
import { Pen } from "../icons";
import { bound, isHandled, own } from "./keys";
import { type Action, type Bound, chord, doubtful, type Fault, faultOf, keyNames, sections, systemOf } from "./map";
import { saveOwn } from "./own";

const system = systemOf(navigator.platform);
const firefox = /firefox/i.test(navigator.userAgent);

/** Every key that does something here, as this system names it, and the way to give it to another action (M030). */
export function KeysDialog(): VNode {
  const editing = useSignal<{ action: Action; which: "keys" | "second" } | null>(null);
  const changed = Object.keys(own.value).length > 0;
  return (
    <Dialog id="keys" look="keys" title={t("keys.title")} close={closeDialog}>
      <p>{t(`keys.on_${system}`)}</p>
      <div class="key-sections">
        {sections.map((section) => (
          <section key={section}>
            <h3>{t(`keys.section_${section}`)}</h3>
            <dl>
              {bound.value
                .filter((b) => b.shortcut.section === section && (b.shortcut.fixed || isHandled(b.shortcut.action)))
                .map((b) => (
                  <Row b={b} editing={editing.value} edit={(next) => (editing.value = next)} key={b.shortcut.action} />
                ))}
            </dl>
          </section>
        ))}
      </div>
      <footer>
        {changed && (
          <button type="button" class="button big" onClick={() => void saveOwn({})}>
            {t("keys.usual")}
          </button>
        )}
        <button type="button" class="button filled big" onClick={closeDialog}>
          OK
        </button>
      </footer>
    </Dialog>
  );
}

type Editing = { action: Action; which: "keys" | "second" } | null;

function Row({ b, editing, edit }: { b: Bound; editing: Editing; edit(next: Editing): void }): VNode {
  const action = b.shortcut.action as Action;
  return (
    <div>
      <dt>{t(`keys.${b.shortcut.action}`)}</dt>
      <dd>
        <Keys keys={b.keys} />
        {b.second && (
          <>
            {" "}
            {t("keys.or")} <Keys keys={b.second} />
          </>
        )}
        {!b.shortcut.fixed && (
          <button
            type="button"
            class="button quiet square"
            aria-label={t("keys.change", { action: t(`keys.${b.shortcut.action}`) })}
            title={t("keys.change", { action: t(`keys.${b.shortcut.action}`) })}
            onClick={() => edit(editing?.action === action ? null : { action, which: "keys" })}
          >
            <Pen small />
          </button>
        )}
        {doubtful(b.keys, system, firefox) && (
          <small>
            <Warning small /> {t("keys.doubtful")}
          </small>
        )}
      </dd>
      {editing?.action === action && <Editor action={action} which={editing.which} edit={edit} />}
    </div>
  );
}

function Keys({ keys }: { keys: string }): VNode {
  if (keys === "") return <span>–</span>;
  return (
    <span class="keys">
      {keyNames(keys, system).map((k) => (
        <kbd key={k}>{k}</kbd>
      ))}
    </span>
  );
}

const modifiers = new Set(["ControlLeft", "ControlRight", "AltLeft", "AltRight", "ShiftLeft", "ShiftRight"]);

/** Waits for a key; Esc keeps the old one, Delete takes it away. */
function Editor({
  action,
  which,
  edit,
}: {
  action: Action;
  which: "keys" | "second";
  edit(next: Editing): void;
}): VNode {
  const fault = useSignal<Fault>("");
  const pressed = useSignal("");
  useLayoutEffect(() => {
    let first = "";
    const take = (e: KeyboardEvent) => {
      if (e.key === "Tab" || e.metaKey || modifiers.has(e.code)) return;
      e.preventDefault();
      e.stopPropagation();
      if (e.key === "Escape") {
        edit(null);
        return;
      }
      const one = chord(e);
      const keys = e.key === "Delete" || e.key === "Backspace" ? "" : first ? `${first} ${one}` : one;
      first = keys === "KeyG" ? "KeyG" : ""; // the beginning of a pair
      pressed.value = keys;
      if (first) return;
      fault.value = faultOf(keys, action, which, own.peek());
      if (fault.value !== "") return;
      void saveOwn({ ...own.peek(), [which === "keys" ? action : `${action}.second`]: keys });
      edit(null);
    };
    addEventListener("keydown", take, { capture: true });
    return () => removeEventListener("keydown", take, { capture: true });
  }, [action, which]);
  return (
    <p class="key-editor" role="status">
      {t(which === "keys" ? "keys.press" : "keys.press_second")} {pressed.value && <Keys keys={pressed.value} />}
      {fault.value !== "" && <strong class="trouble">{words(fault.value)}</strong>}
      <button
        type="button"
        class="button"
        onClick={() => edit({ action, which: which === "keys" ? "second" : "keys" })}
      >
        {t(which === "keys" ? "keys.edit_second" : "keys.edit_first")}
      </button>
    </p>
  );
}

function words(f: Exclude<Fault, "">): string {
  if (typeof f === "object") return t("keys.fault_taken", { action: t(`keys.${f.taken}`) });
  return t(`keys.fault_${f}`);
}
