import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { until } from "../../shared/clock";
import { duration } from "../../shared/format";
import { t } from "../../shared/text";
import { Check } from "../../shared/ui/icons";
import { Segmented } from "../../shared/ui/parts";
import { attempt, call } from "../account";
import { Dialog } from "../dialog";
import { closeDialog } from "../dialogs";
import { Copy } from "../icons";

interface Invitation {
  id: string;
  code: string;
  link: string;
  once: boolean;
  /** A code can be guessed, so it lives shorter than the link. */
  code_expires_at: string;
  expires_at: string;
}

const minute = 60_000;
const lives = { short: 10 * minute, hour: 60 * minute, day: 24 * 60 * minute } as const;
type Life = keyof typeof lives;
const choices = Object.keys(lives) as Life[];

/** A way in for somebody who is on the phone or in the mail: a code to be said, a link to be sent (M029). */
export function InviteDialog(): VNode {
  const life = useSignal<Life>("short");
  const once = useSignal(true);
  const made = useSignal<Invitation | null>(null);
  const open = useSignal<readonly Invitation[]>([]);
  const load = async () => {
    const got = await attempt(() => call<{ invitations: Invitation[] }>("GET", "/invitations"));
    if (got) open.value = got.invitations;
  };
  useEffect(() => void load(), []);
  const make = async () => {
    const asked = { once: once.peek(), life_ms: lives[life.peek()] };
    const got = await attempt(() => call<Invitation>("POST", "/invitations", asked));
    if (got) made.value = got;
    await load();
  };
  const takeBack = async (id: string) => {
    await attempt(() => call("DELETE", `/invitations/${id}`));
    if (made.peek()?.id === id) made.value = null;
    await load();
  };
  return (
    <Dialog id="invite" look="invite" title={t("invitation.title")} close={closeDialog}>
      <p>{t("invitation.what")}</p>
      <div class="choices">
        <Segmented<Life>
          label={t("invitation.life")}
          value={life.value}
          choices={choices.map((value) => ({ value, label: t(`invitation.life_${value}`) }))}
          choose={(value) => (life.value = value)}
        />
        <label class="tick">
          <input type="checkbox" checked={!once.value} onChange={(e) => (once.value = !e.currentTarget.checked)} />
          {t("invitation.repeated")}
        </label>
      </div>
      <button type="button" class="button filled big" onClick={() => void make()}>
        {t(made.value ? "invitation.another" : "invitation.make")}
      </button>
      {made.value && <Made one={made.value} />}
      <Open all={open.value.filter((i) => i.id !== made.value?.id)} takeBack={takeBack} />
    </Dialog>
  );
}

function Made({ one }: { one: Invitation }): VNode {
  return (
    <section class="made" role="status">
      <p class="code">
        <span class="hidden-label">{t("invitation.code")}: </span>
        {one.code}
      </p>
      <Left at={one.code_expires_at} />
      <div class="link">
        <input readOnly value={one.link} aria-label={t("invitation.link")} onFocus={(e) => e.currentTarget.select()} />
        <CopyButton text={one.link} />
      </div>
      <Left at={one.expires_at} />
    </section>
  );
}

function CopyButton({ text }: { text: string }): VNode {
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    copied.value = true;
  };
  if (!navigator.clipboard) return <span />; // a page that came by http from another machine has none
  return (
    <button type="button" class="button" onClick={() => void copy()}>
      {copied.value ? <Check small /> : <Copy small />}
      {t(copied.value ? "invitation.copied" : "invitation.copy")}
    </button>
  );
}

function Left({ at }: { at: string }): VNode {
  const left = until(at);
  return (
    <p class="left" aria-hidden="true">
      {left > 0 ? t("invitation.good_for", { time: duration(left) }) : t("invitation.over")}
    </p>
  );
}

function Open({ all, takeBack }: { all: readonly Invitation[]; takeBack(id: string): Promise<void> }): VNode | null {
  if (all.length === 0) return null;
  return (
    <section>
      <h3>{t("invitation.open")}</h3>
      <ul class="open-invitations">
        {all.map((one) => (
          <li key={one.id}>
            <strong class="num">{one.code}</strong>
            <Left at={one.expires_at} />
            <button type="button" class="button" onClick={() => void takeBack(one.id)}>
              {t("invitation.take_back")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
