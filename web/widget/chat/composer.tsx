import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { count } from "../../shared/format";
import { t } from "../../shared/text";
import { Send, Smile } from "../../shared/ui/icons-plain";
import { consent } from "../consent";
import { more } from "../more/door";
import { info } from "../state";
import { conversation } from "./here";
import { toEnd } from "./log";

/** As the server counts: characters, not bytes. */
const longest = 4000;
/** From here on the room that is left is told. */
const near = 3600;

export const picking = signal(false);

/** Where the visitor writes. Enter sends, Shift and Enter begins a line. */
export function Composer({ first }: { first?: boolean }): VNode {
  const text = conversation.chat.draft.value;
  const length = lengthOf(text);
  const aside = more.here.value;
  const still = text.trim() === "" || length > longest || conversation.beginning.value;
  const send = () => {
    if (still) return;
    if (first && more.here.peek()?.complete() === false) return;
    picking.value = false;
    conversation.say(readable(text));
    toEnd();
  };
  return (
    <form
      class="composer"
      onSubmit={(e) => {
        e.preventDefault();
        send();
        field?.focus();
      }}
    >
      {picking.value && aside && <aside.Emoji choose={insert} />}
      <textarea
        name="line"
        rows={1}
        data-first={first ? undefined : true}
        aria-label={t("widget.your_line")}
        aria-describedby="line-hint"
        aria-invalid={length > longest}
        placeholder={t("widget.your_line")}
        enterkeyhint="send"
        ref={(el) => grow(el)}
        value={text}
        onInput={(e) => conversation.write(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
          e.preventDefault();
          send();
        }}
      />
      <div class="tools">
        <button
          type="button"
          class="round"
          aria-label={t("widget.emoji")}
          aria-expanded={picking.value}
          onClick={() => (picking.value = !picking.value)}
        >
          <Smile />
        </button>
        <p class="hint" id="line-hint">
          {length >= near ? <Room length={length} /> : previewWords()}
        </p>
        <button type="submit" class="round send" aria-label={t("widget.send")} aria-disabled={still}>
          <Send />
        </button>
      </div>
    </form>
  );
}

/** What was pasted may hold signs that nobody can read, and that no message may have. */
const readable = (text: string) => text.replace(/(?![\n\t])\p{Cc}/gu, "").trim();

const lengthOf = (text: string) => (text.length < near ? text.length : [...text].length);

function Room({ length }: { length: number }): VNode {
  const over = length > longest;
  return (
    <span class={over ? "too-long num" : "num"} role={over ? "alert" : undefined}>
      {t(over ? "widget.too_long" : "widget.room", { n: count(length), most: count(longest) })}
    </span>
  );
}

/** Said where the text is typed: operators see it before it is sent. */
function previewWords(): string {
  if (!info.value?.draft_preview || consent.value === "refused") return "";
  const name = conversation.session.value?.operator?.name;
  return name ? t("widget.preview_by", { name }) : t("widget.preview");
}

let field: HTMLTextAreaElement | null = null;

/** As high as its text, up to six lines. */
function grow(box: HTMLTextAreaElement | null): void {
  field = box;
  if (!box) return;
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 150)}px`;
}

/** Puts a sign where the caret stands, and the caret behind it. */
function insert(sign: string): void {
  if (!field) return;
  field.setRangeText(sign, field.selectionStart, field.selectionEnd, "end");
  conversation.write(field.value);
  field.focus();
}
