import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { languageName } from "../../shared/format";
import type { Place } from "../../shared/protocol";
import { t, tMaybe } from "../../shared/text";
import { Check, Hourglass } from "../../shared/ui/icons";
import { Timer } from "../../shared/ui/parts";
import { demo, may } from "../account";
import { accept } from "../actions";
import { openDialog } from "../dialogs";
import { Eye, Redirect } from "../icons";
import { KindTile, kindWord } from "../kind";
import { clientName, joined } from "../names";
import { fullFor } from "../self/words";
import { myself, offers, waiting } from "../state";

/** Whose actions are shown; where nobody was chosen, those of who waits longest. */
const chosen = signal("");

/** Everybody who waits, whatever way they came, and why nobody takes them. */
export function Waiting(): VNode {
  const all = waiting.value;
  const open = (all.find((p) => p.id === chosen.value) ?? all[0])?.id;
  return (
    <section class="list waiting-list" aria-labelledby="waiting">
      <h2 id="waiting">
        {t("desk.waiting")} {all.length > 0 && <span class="badge waiting">{all.length}</span>}
        {all.length > 1 && <small>{t("desk.longest_first")}</small>}
      </h2>
      {all.length === 0 && <NobodyWaits />}
      <ul>
        {all.map((p) => (
          <Row p={p} open={p.id === open} key={p.id} />
        ))}
      </ul>
    </section>
  );
}

function NobodyWaits(): VNode {
  return (
    <p class="empty">
      {t("desk.nobody_waits")}{" "}
      {demo.value ? (
        <a href="/demo/" target="sufler-shop">
          {t("desk.open_shop")}
        </a>
      ) : (
        t("desk.put_widget")
      )}
    </p>
  );
}

function Row({ p, open }: { p: Place; open: boolean }): VNode {
  return (
    <li class={open ? "chosen" : ""}>
      <button type="button" class="line" aria-expanded={open} onClick={() => (chosen.value = p.id)}>
        <KindTile kind={p.kind} />
        <span class="who">
          <strong>{clientName(p.name, p.number, p.visitor_number)}</strong>
          <span>{joined(kindWord(p.kind), p.queue, languageName(p.language))}</span>
          <Why p={p} />
        </span>
        <span class="ends time waiting">
          <Hourglass small />
          <Timer from={p.since} />
        </span>
      </button>
      {open && <Actions p={p} />}
    </li>
  );
}

/** Why nobody talks to them yet: in one sentence, and by name where that says more. */
function Why({ p }: { p: Place }): VNode | null {
  if (!p.why) return null;
  const more = (p.why.details ?? []).map((d) => tMaybe(`why.${d.code}`, "", d.params)).filter((w) => w !== "");
  return (
    <>
      <span class="why">{tMaybe(`why.${p.why.code}`, "", p.why.params)}</span>
      {more.length > 0 && <span class="why">{more.join(", ")}</span>}
    </>
  );
}

function Actions({ p }: { p: Place }): VNode | null {
  const offered = offers.value.some((o) => o.place.id === p.id);
  const full = fullFor(p.kind, myself.value);
  if (p.state === "accepted") return null;
  return (
    <div class="acts">
      {may.value.has("waiting.accept") &&
        !offered &&
        (full ? (
          <p>{full}</p>
        ) : (
          <button type="button" class="button go" onClick={() => void accept(p.id)}>
            <Check small /> {t("desk.accept")}
          </button>
        ))}
      {may.value.has("waiting.preview") && (
        <button type="button" class="button" onClick={() => openDialog({ what: "preview", place: p.id })}>
          <Eye small /> {t("desk.preview")}
        </button>
      )}
      {may.value.has("waiting.redirect") && (
        <button type="button" class="button" onClick={() => openDialog({ what: "redirect", place: p.id })}>
          <Redirect small /> {t("desk.redirect")}
        </button>
      )}
    </div>
  );
}
