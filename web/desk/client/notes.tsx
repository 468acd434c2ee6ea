import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { clock } from "../../shared/format";
import { t } from "../../shared/text";
import { Check } from "../../shared/ui/icons";
import { joined } from "../names";
import { writeNote } from "../sessions/actions";
import type { Note } from "../sessions/facts";

/** What colleagues should know; the visitor never sees it (M100, M102). */
export function Notes({ id, notes }: { id: string; notes: readonly Note[] }): VNode {
  const text = useSignal(read(id));
  const saving = useSignal(false);
  const save = async () => {
    if (text.peek().trim() === "" || saving.peek()) return;
    saving.value = true;
    if (await writeNote(id, text.peek().trim())) type("");
    saving.value = false;
  };
  const type = (next: string) => {
    text.value = next;
    keep(id, next);
  };
  return (
    <section class="notes" aria-labelledby="client-notes">
      <h2 id="client-notes">{t("session.notes")}</h2>
      <ul aria-live="polite">
        {notes.map((n) => (
          <li key={n.n}>
            <p>{n.data.text}</p>
            <small>{joined(n.by.name, clock(n.at))}</small>
          </li>
        ))}
      </ul>
      <div class="note-field">
        <textarea
          rows={2}
          maxLength={4000}
          aria-labelledby="client-notes"
          placeholder={t("session.note_hint")}
          value={text.value}
          onInput={(e) => type(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey)) return;
            e.preventDefault();
            void save();
          }}
        />
        {text.value.trim() !== "" && (
          <button type="button" class="button" onClick={() => void save()}>
            <Check small /> {t(saving.value ? "desk.saving" : "session.save_note")}
          </button>
        )}
      </div>
    </section>
  );
}

/** A note that is not saved yet outlives a reload. */
const place = (id: string) => `sufler.note.${id}`;
const read = (id: string) => sessionStorage.getItem(place(id)) ?? "";

function keep(id: string, text: string): void {
  if (text === "") sessionStorage.removeItem(place(id));
  else sessionStorage.setItem(place(id), text);
}
