import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { type Key, t, tMaybe } from "../../shared/text";
import { Check, Cup, Dash, Hourglass, Search } from "../../shared/ui/icons";
import { call, me, quietly } from "../account";
import { Dialog } from "../dialog";
import { closeDialog } from "../dialogs";
import { Dots, Redirect } from "../icons";
import { redirectPlace, redirectSession, type Target } from "../sessions/actions";
import { sessionByID } from "../sessions/sessions";
import { waiting } from "../state";
import { ResultChoice } from "../words/choice";
import { type Counters, counterNames, type Group, lookedFor, type Person } from "./counters";

/** Whom the dialog redirects: a session that is talked in, or somebody who still waits. */
export type Whom = { session: string } | { place: string };

const kindOf = (whom: Whom) =>
  "session" in whom ? sessionByID(whom.session)?.kind : waiting.value.find((p) => p.id === whom.place)?.kind;

const again = 3000;

/** To whom, with what result and what words for them (M160-M172). */
export function RedirectDialog({ whom }: { whom: Whom }): VNode | null {
  const groups = useSignal<readonly Group[]>([]);
  const looked = useSignal("");
  const chosen = useSignal<Chosen | null>(null);
  const result = useSignal("");
  const note = useSignal("");
  const busy = useSignal(false);
  const kind = kindOf(whom);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const load = async () => {
      const got = await quietly(() => call<{ groups: Group[] }>("GET", `/counters?kind=${kind ?? "chat"}`));
      if (gone) return;
      if (got) groups.value = got.groups;
      timer = setTimeout(() => void load(), again);
    };
    void load();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, []);
  if (kind === undefined) return null;
  const go = async () => {
    const to = chosen.peek()?.target;
    if (!to || busy.peek()) return;
    busy.value = true;
    const words = { note: note.peek().trim() };
    const done =
      "session" in whom
        ? await redirectSession(whom.session, { ...to, ...words, result: result.peek() })
        : await redirectPlace(whom.place, { ...to, ...words });
    busy.value = false;
    if (done) closeDialog();
  };
  const shown = lookedFor(groups.value, looked.value);
  return (
    <Dialog id="redirect" look="redirect" title={t("redirect.title")} close={closeDialog}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void go();
        }}
      >
        <label class="find">
          <Search small />
          <span class="hidden-label">{t("redirect.find")}</span>
          <input
            type="search"
            placeholder={t("redirect.find")}
            value={looked.value}
            onInput={(e) => (looked.value = e.currentTarget.value)}
          />
        </label>
        <div class="targets" role="radiogroup" aria-label={t("redirect.to")}>
          {shown.length === 0 && <p class="empty">{t("desk.nobody_found")}</p>}
          {shown.map((g) => (
            <OneGroup g={g} at={chosen.value?.row ?? ""} choose={(to) => (chosen.value = to)} key={g.name} />
          ))}
        </div>
        <Legend />
        {"session" in whom && <ResultChoice value={result.value} choose={(r) => (result.value = r)} />}
        <label class="field">
          <span>{t("redirect.note")}</span>
          <textarea
            rows={2}
            maxLength={4000}
            value={note.value}
            onInput={(e) => (note.value = e.currentTarget.value)}
          />
        </label>
        <footer>
          <button type="button" class="button big" onClick={closeDialog}>
            {t("desk.cancel")}
          </button>
          <button type="submit" class="button filled big" aria-disabled={chosen.value === null} aria-busy={busy.value}>
            <Redirect /> {t("desk.redirect")}
          </button>
          {chosen.value === null && <p class="why">{t("redirect.choose_first")}</p>}
        </footer>
      </form>
    </Dialog>
  );
}

/** Somebody of several groups stands in several rows, of which one is chosen. */
interface Chosen {
  row: string;
  target: Target;
}

interface Choice {
  /** The chosen row. */
  at: string;
  choose(to: Chosen): void;
}

function OneGroup({ g, at, choose }: { g: Group } & Choice): VNode {
  return (
    <section>
      <Row
        look="group"
        name={g.name}
        counters={g.counters}
        why={g.may ? t(groupWhy(g.may)) : ""}
        on={at === g.name}
        choose={() => choose({ row: g.name, target: { group: g.name } })}
      />
      {g.people
        .filter((p) => p.id !== me.value?.id)
        .map((p) => (
          <OnePerson p={p} row={`${g.name} ${p.id}`} at={at} choose={choose} key={p.id} />
        ))}
    </section>
  );
}

/** Of a group it is said what its most reachable person lacks. */
function groupWhy(may: string): Key {
  if (may === "operator_offline") return "redirect.nobody_online";
  return may === "operator_away" ? "redirect.all_away" : "redirect.nobody_free";
}

function OnePerson({ p, row, at, choose }: { p: Person; row: string } & Choice): VNode {
  return (
    <Row
      look="person"
      name={p.name}
      counters={p.counters}
      why={p.may ? tMaybe(`redirect.may_${p.may}`, "") : ""}
      on={at === row}
      choose={() => choose({ row, target: { operator: p.id } })}
    />
  );
}

/** Who cannot take it can be chosen all the same where that is allowed; the server says when it is not, and why is said here. */
function Row(props: {
  look: "group" | "person";
  name: string;
  counters: Counters;
  why: string;
  on: boolean;
  choose(): void;
}): VNode {
  return (
    <label class={`target ${props.look}${props.on ? " on" : ""}`}>
      <input type="radio" name="target" checked={props.on} onChange={props.choose} />
      <span>
        <strong>{props.name}</strong>
        {props.why && <small>{props.why}</small>}
      </span>
      <Five counters={props.counters} />
    </label>
  );
}

const pictures = { free: Check, busy: Dash, paused: Cup, queued: Hourglass, prequeued: Dots };

/** What the five pictures say, for who sees them; who does not is told beside each number. */
function Legend(): VNode {
  return (
    <p class="legend" aria-hidden="true">
      {counterNames.map((name) => {
        const Picture = pictures[name];
        return (
          <span key={name}>
            <Picture small /> {t(`redirect.${name}`)}
          </span>
        );
      })}
    </p>
  );
}

function Five({ counters }: { counters: Counters }): VNode {
  return (
    <span class="five">
      {counterNames.map((name) => {
        const Picture = pictures[name];
        return (
          <span class={counters[name] > 0 ? `some ${name}` : name} title={t(`redirect.${name}`)} key={name}>
            <Picture small />
            <span class="hidden-label">{t(`redirect.${name}`)}: </span>
            <span class="num">{counters[name]}</span>
          </span>
        );
      })}
    </span>
  );
}
