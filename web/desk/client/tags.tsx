import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../../shared/protocol";
import { t } from "../../shared/text";
import { Close, Plus } from "../../shared/ui/icons";
import { addTag, removeTag } from "../sessions/actions";
import { tags } from "../words/words";

/** The session's tags, and one more from the known ones or, where that is allowed, of one's own (M093). */
export function Tags({ s }: { s: Session }): VNode {
  const adding = useSignal(false);
  return (
    <ul class="tags" aria-label={t("session.tags")}>
      {s.tags.map((tag) => (
        <li class="chip tag" key={tag}>
          {tag}
          <button type="button" aria-label={t("session.remove_tag", { tag })} onClick={() => void removeTag(s.id, tag)}>
            <Close small />
          </button>
        </li>
      ))}
      <li>
        {adding.value ? (
          <Field s={s} close={() => (adding.value = false)} />
        ) : (
          <button type="button" class="button quiet" onClick={() => (adding.value = true)}>
            <Plus small /> {t("session.add_tag")}
          </button>
        )}
      </li>
    </ul>
  );
}

function Field({ s, close }: { s: Session; close(): void }): VNode {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []); // it appears by its reader's own click
  const add = () => {
    const tag = field.current?.value.trim() ?? "";
    if (tag === "") return;
    void addTag(s.id, tag);
    if (field.current) field.current.value = "";
  };
  return (
    <>
      <input
        ref={field}
        class="tag-field"
        list="known-tags"
        maxLength={60}
        aria-label={t("session.add_tag")}
        onBlur={() => {
          add();
          close();
        }}
        onKeyDown={(e) => {
          if (e.isComposing) return;
          if (e.key === "Enter") add();
          if (e.key === "Escape") {
            e.currentTarget.value = "";
            close();
          }
        }}
      />
      <datalist id="known-tags">
        {tags.value
          .filter((known) => !s.tags.includes(known))
          .map((known) => (
            <option value={known} key={known} />
          ))}
      </datalist>
    </>
  );
}
