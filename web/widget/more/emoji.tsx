import type { VNode } from "preact";
import { t } from "../../shared/text";

/** A short list: what people answer with. The rest is on every keyboard. */
const signs = "🙂 😀 😉 😂 😍 🤔 😕 😢 😡 👍 👎 👋 🙏 👏 💪 ❤️ 🎉 🔥 ✅ ❌ ❓ 📦 📞 💡".split(" ");

export function Emoji({ choose }: { choose(sign: string): void }): VNode {
  return (
    <fieldset class="emoji" aria-label={t("widget.emoji")}>
      {signs.map((s) => (
        <button type="button" key={s} onClick={() => choose(s)}>
          {s}
        </button>
      ))}
    </fieldset>
  );
}
