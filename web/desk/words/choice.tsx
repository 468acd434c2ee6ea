import type { VNode } from "preact";
import { t } from "../../shared/text";
import { results } from "./words";

/** "How was it?", from the administrator's list; nothing need be chosen. */
export function ResultChoice({ value, choose }: { value: string; choose(result: string): void }): VNode | null {
  const all = results.value.filter((r) => r.active);
  if (all.length === 0) return null;
  return (
    <label class="field">
      <span>{t("session.how_was_it")}</span>
      <select value={value} onChange={(e) => choose(e.currentTarget.value)}>
        <option value="">{t("session.no_result")}</option>
        {all.map((r) => (
          <option value={r.id} key={r.id}>
            {r.title}
          </option>
        ))}
      </select>
    </label>
  );
}
