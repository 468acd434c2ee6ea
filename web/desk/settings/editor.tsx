import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Refusal } from "../../shared/request";
import { t } from "../../shared/text";
import { Check, Down, Warning } from "../../shared/ui/icons";
import { notice } from "../account";
import { Up } from "../icons";
import { type AnyForm, Step } from "./fields";
import type { Form } from "./form";
import type { Many, Setting, Shelf } from "./shelf";

/** A form with its bar, which comes with the first change and says when it will hold. */
export function FormOf(props: { form: AnyForm; holds: string; label: string; children: ComponentChildren }): VNode {
  const { form } = props;
  const box = useRef<HTMLFormElement>(null);
  const save = async () => {
    if (await form.save()) return;
    box.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  };
  return (
    <form
      ref={box}
      class="set-form"
      aria-label={props.label}
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      {props.children}
      <div class={`save-bar${form.changed.value ? " on" : ""}`}>
        <Said form={form} holds={props.holds} />
        {form.changed.value && (
          <>
            {!form.isNew.value && (
              <button type="button" class="button" onClick={() => form.discard()}>
                {t("settings.discard")}
              </button>
            )}
            <button type="submit" class="button filled" aria-disabled={form.saving.value}>
              {t("settings.save")}
            </button>
          </>
        )}
      </div>
    </form>
  );
}

function Said({ form, holds }: { form: AnyForm; holds: string }): VNode {
  const refused = form.refusal.value;
  if (refused && form.changed.value) {
    return (
      <p role="alert" class="refused">
        <Warning small /> <span>{`${refused.title} ${refused.detail}`}</span>
      </p>
    );
  }
  return (
    <p role="status">
      {form.changed.value && <strong>{form.isNew.value ? t("settings.not_added") : t("settings.not_saved")} </strong>}
      {form.changed.value && holds}
      {!form.changed.value && form.done.value && (
        <>
          <Check small /> {t("settings.saved")}
        </>
      )}
    </p>
  );
}

export interface EditorProps<K extends Many> {
  shelf: Shelf<K>;
  title(v: Setting<K>): string;
  detail?(v: Setting<K>): string;
  /** How the list is called where nobody sees it. */
  label: string;
  empty: string;
  /** When a change holds. */
  holds: string;
  add: VNode;
  /** Its order may be changed; the setting has it as "order". */
  ordered?: boolean;
  /** Who cannot be taken away. */
  fixed?(v: Setting<K>): boolean;
  fields(form: Form<Setting<K>>, v: Setting<K>): ComponentChildren;
}

/** A list on one side, the one that is open on the other. */
export function Editor<K extends Many>(props: EditorProps<K>): VNode {
  const { shelf } = props;
  useEffect(() => void shelf.load(), [shelf]);
  const all = shelf.all();
  const chosen = shelf.get(shelf.open.value) ?? all[0];
  const open = chosen ? shelf.id(chosen) : "";
  const form = shelf.form(open);
  return (
    <div class="editor">
      <div class="editor-list">
        {shelf.items.value && all.length === 0 && <p class="empty">{props.empty}</p>}
        <ul aria-label={props.label}>
          {all.map((v, i) => (
            <Line {...props} v={v} open={shelf.id(v) === open} at={i} of={all.length} key={shelf.id(v)} />
          ))}
        </ul>
        {props.add}
      </div>
      {chosen && form && (
        <FormOf form={form} holds={props.holds} label={props.title(chosen)} key={open}>
          {props.fields(form, chosen)}
          {!props.fixed?.(chosen) && <Remove shelf={shelf} id={open} title={props.title(chosen)} />}
        </FormOf>
      )}
    </div>
  );
}

function Line<K extends Many>(props: EditorProps<K> & { v: Setting<K>; open: boolean; at: number; of: number }): VNode {
  const { shelf, v } = props;
  const id = shelf.id(v);
  const title = props.title(v);
  return (
    <li class={props.open ? "open" : ""}>
      <button type="button" aria-pressed={props.open} onClick={() => (shelf.open.value = id)}>
        <strong>
          {title} {shelf.isChanged(id) && <span class="unsaved">{t("settings.unsaved")}</span>}
        </strong>
        {props.detail && <span>{props.detail(v)}</span>}
      </button>
      {props.ordered && (
        <>
          <Step
            does={() => void move(shelf, props.at, -1)}
            off={props.at === 0}
            label={t("settings.up", { what: title })}
            icon={<Up small />}
          />
          <Step
            does={() => void move(shelf, props.at, 1)}
            off={props.at === props.of - 1}
            label={t("settings.down", { what: title })}
            icon={<Down small />}
          />
        </>
      )}
    </li>
  );
}

/** Moves one by a place. All that stand elsewhere than they say are put anew. */
async function move<K extends Many>(shelf: Shelf<K>, from: number, by: number): Promise<void> {
  const all = [...(shelf.items.value ?? [])] as (Setting<K> & { order: number })[];
  const [one] = all.splice(from, 1);
  if (!one) return;
  all.splice(from + by, 0, one);
  await tell(async () => {
    for (const [order, v] of all.entries()) if (v.order !== order) await shelf.put(shelf.id(v), { ...v, order });
  });
}

/** Does something that is no form; a refusal is told in the line of the desk. */
async function tell(what: () => Promise<void>): Promise<void> {
  try {
    await what();
    notice.value = null;
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    notice.value = e.problem;
  }
}

/** Whoever has pressed a key goes on from where the question is. */
const focused = (button: HTMLButtonElement | null) => button?.focus();

/** Asks once more at its own place before anything is taken away. */
function Remove<K extends Many>({ shelf, id, title }: { shelf: Shelf<K>; id: string; title: string }): VNode {
  const asked = useSignal(false);
  if (!asked.value) {
    return (
      <p class="remove">
        <button type="button" class="button quiet" onClick={() => (asked.value = true)}>
          {t("settings.remove")}
        </button>
      </p>
    );
  }
  return (
    <p class="remove">
      <span>{t("settings.remove_really", { what: title })}</span>
      <button type="button" class="button stop" onClick={() => void tell(() => shelf.remove(id))}>
        {t("settings.remove")}
      </button>
      <button type="button" class="button" ref={focused} onClick={() => (asked.value = false)}>
        {t("settings.keep")}
      </button>
    </p>
  );
}
