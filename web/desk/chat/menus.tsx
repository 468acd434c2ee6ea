import { signal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../shared/text";
import { Search } from "../../shared/ui/icons";
import { Bold, Chain, Italic, List, Sheet, Smile } from "../icons";
import { handle } from "../keys/keys";
import { Popover } from "../popover";
import { matching, textFor } from "../templates/fill";
import { templates } from "../words/words";
import { Emoji } from "./emoji";
import { formatField, insert } from "./field";
import type { Format } from "./format";

/** What stands below the field: formats, emoji, templates. Each puts something into the text and gives the focus back to it. */

type Menu = "" | "format" | "emoji" | "templates";
const open = signal<Menu>("");
const looked = signal("");

function Folded(props: {
  name: Menu;
  word: string;
  icon: VNode;
  wordShown?: boolean;
  children: ComponentChildren;
}): VNode {
  const control = useRef<HTMLButtonElement>(null);
  const shown = open.value === props.name;
  return (
    <>
      <button
        type="button"
        class={`button quiet${props.wordShown ? "" : " square"}`}
        ref={control}
        aria-haspopup="dialog"
        aria-expanded={shown}
        aria-label={props.word}
        title={props.word}
        onClick={() => (open.value = shown ? "" : props.name)}
      >
        {props.icon}
        {props.wordShown && <span class="word">{props.word}</span>}
      </button>
      {shown && (
        <Popover anchor={control} close={() => (open.value = "")} label={props.word} role="dialog">
          {props.children}
        </Popover>
      )}
    </>
  );
}

const formats: readonly { how: Format; icon: VNode }[] = [
  { how: "bold", icon: <Bold /> },
  { how: "italic", icon: <Italic /> },
  { how: "list", icon: <List /> },
  { how: "link", icon: <Chain /> },
];

export function Menus(): VNode {
  useLayoutEffect(
    () =>
      handle("pick", () => {
        looked.value = "";
        open.value = "templates";
        return true;
      }),
    [],
  );
  const close = () => {
    open.value = "";
  };
  return (
    <>
      <Folded name="format" word={t("chat.format")} icon={<Bold />}>
        {formats.map(({ how, icon }) => (
          <button
            type="button"
            class="menu-item"
            key={how}
            onClick={() => {
              close();
              formatField(how);
            }}
          >
            {icon} {t(`chat.${how}`)}
          </button>
        ))}
      </Folded>
      <Folded name="emoji" word={t("chat.emoji")} icon={<Smile />}>
        <Emoji close={close} />
      </Folded>
      <Folded name="templates" word={t("session.templates")} icon={<Sheet />} wordShown>
        <Pick close={close} />
      </Folded>
    </>
  );
}

function Pick({ close }: { close(): void }): VNode {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []); // once the popover is shown
  const shown = matching(templates.value, looked.value);
  return (
    <div class="pick">
      <label class="find">
        <Search small />
        <span class="hidden-label">{t("session.find_template")}</span>
        <input
          ref={field}
          type="search"
          placeholder={t("session.find_template")}
          value={looked.value}
          onInput={(e) => (looked.value = e.currentTarget.value)}
          onKeyDown={(e) => {
            const first = shown[0];
            if (e.key !== "Enter" || !first) return;
            e.preventDefault();
            close();
            insert(textFor(first));
          }}
        />
      </label>
      {shown.length === 0 && (
        <p class="empty">{t(templates.value.length === 0 ? "session.no_templates" : "session.no_template_found")}</p>
      )}
      {shown.map((one) => (
        <button
          type="button"
          class="menu-item"
          key={one.id}
          onClick={() => {
            close();
            insert(textFor(one));
          }}
        >
          <span>
            {one.title} {one.shortcut && <code>#{one.shortcut}</code>}
            <small>{one.text}</small>
          </span>
        </button>
      ))}
    </div>
  );
}
