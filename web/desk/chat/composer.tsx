import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Chat } from "../../shared/chat/chat";
import type { Session } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Warning } from "../../shared/ui/icons";
import { me } from "../account";
import { Mail, Send } from "../icons";
import { handle } from "../keys/keys";
import { hashBefore, shortcutsFor, textFor } from "../templates/fill";
import { type Template, templates } from "../words/words";
import { change, focusField, isField, mostLetters } from "./field";
import { Menus } from "./menus";
import { Suggestions } from "./suggestions";
import { stopTyping, typing } from "./typing";

/** Where a message is written. Each session keeps its own unsent text. */
export function Composer({ s, chat }: { s: Session; chat: Chat }): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const hash = useSignal<{ at: number; word: string } | null>(null);
  const at = useSignal(0);
  useLayoutEffect(() => {
    isField(field.current);
    const stop = handle("chat", focusField);
    return () => {
      isField(null);
      stop();
      stopTyping();
    };
  }, []);
  const found = hash.value ? shortcutsFor(templates.value, hash.value.word) : [];
  const look = () => {
    const el = field.current;
    hash.value = el && el.selectionStart === el.selectionEnd ? hashBefore(el.value, el.selectionStart) : null;
    at.value = 0;
  };
  const write = (text: string) => {
    chat.write(text);
    typing(s.id, text);
    look();
  };
  const send = () => {
    if (chat.draft.peek().trim() === "") return;
    stopTyping();
    chat.say(chat.draft.peek().trim());
    hash.value = null;
    field.current?.focus();
  };
  const expand = (one: Template) => {
    const from = hash.peek();
    hash.value = null;
    if (!from) return;
    const to = from.at + from.word.length + 1;
    const words = textFor(one);
    change((now) => ({
      text: now.text.slice(0, from.at) + words + now.text.slice(to),
      from: from.at + words.length,
      to: from.at + words.length,
    }));
  };
  /** true: the key was for the suggestions. */
  const choose = (e: KeyboardEvent): boolean => {
    const one = found[at.peek()];
    if (!one) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) at.value = (at.peek() + step + found.length) % found.length;
    else if (e.key === "Escape") hash.value = null;
    else if (e.key === "Tab" || e.key === "Enter") expand(one);
    else if (e.key === " " && one.shortcut === hash.peek()?.word) expand(one);
    else return false;
    return true;
  };
  const key = (e: KeyboardEvent) => {
    if (e.isComposing) return;
    if (choose(e)) {
      e.preventDefault();
      return;
    }
    if (e.key === "Enter" && !e.shiftKey && !e.altKey && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      send();
    }
    if (e.key === "Escape") field.current?.blur();
  };
  return (
    <div class="composer">
      <WhoReads s={s} writing={chat.draft.value.trim() !== ""} />
      {found.length > 0 && <Suggestions all={found} at={at.value} choose={expand} />}
      <div class="field">
        <textarea
          ref={field}
          rows={2}
          maxLength={mostLetters}
          enterkeyhint="send"
          aria-label={t("chat.message")}
          placeholder={t("chat.message")}
          aria-autocomplete="list"
          aria-controls={found.length > 0 ? "suggestions" : undefined}
          aria-activedescendant={found.length > 0 ? `suggestion-${at.value}` : undefined}
          value={chat.draft.value}
          onInput={(e) => write(e.currentTarget.value)}
          onClick={look}
          onKeyDown={key}
        />
        <div class="tools">
          <Menus />
          <span class="space" />
          <button type="button" class="button filled" onClick={send}>
            <Send small /> {t("chat.send")}
          </button>
        </div>
      </div>
    </div>
  );
}

/** Where what is written goes when the visitor is no longer there: said before it is sent. */
function WhoReads({ s, writing }: { s: Session; writing: boolean }): VNode | null {
  if (me.value?.active === false) {
    return (
      <p class="who-reads">
        <Warning small /> {t("chat.inactive")}
      </p>
    );
  }
  if (s.left_at === null) return null;
  const mail = s.visitor.email;
  return (
    <p class="who-reads" role={writing ? "status" : undefined}>
      {mail ? <Mail small /> : <Warning small />}
      {mail ? t("chat.goes_by_mail", { mail }) : t("chat.nobody_reads")}
    </p>
  );
}
