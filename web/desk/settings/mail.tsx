import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { MailFailure, MailState } from "../../shared/api.gen";
import { ask } from "../../shared/ask";
import { clock, day } from "../../shared/format";
import type { Problem } from "../../shared/protocol";
import { Refusal } from "../../shared/request";
import { t } from "../../shared/text";
import { Check, Warning } from "../../shared/ui/icons";
import { client, quietly } from "../account";

const mail = signal<MailState | null>(null);
const to = signal("");
const busy = signal(false);
const answer = signal<{ said: string } | { refused: Problem } | null>(null);

async function loadMail(): Promise<void> {
  const got = await quietly(() => ask(client(), "GET /settings/mail", undefined));
  if (got) mail.value = got;
}

/** How mail is. The mail server stands in the configuration file; here it is looked at and tried. */
export function MailSection(): VNode | null {
  useEffect(() => {
    answer.value = null;
    void loadMail();
  }, []);
  const m = mail.value;
  if (!m) return null;
  return (
    <div class="mail">
      <p class="hint">{t("settings.mail_hint")}</p>
      {m.set_up ? <State m={m} /> : <p>{t("settings.mail_off")}</p>}
      {m.last_failure && <Failure f={m.last_failure} />}
      {m.set_up && <Try />}
    </div>
  );
}

const when = (at: string) => `${day(at)} ${clock(at)}`;

function State({ m }: { m: MailState }): VNode {
  return (
    <dl>
      <dt>{t("settings.mail_from")}</dt>
      <dd>{m.from}</dd>
      <dt>{t("settings.mail_sent")}</dt>
      <dd>{m.last_sent_at ? when(m.last_sent_at) : t("settings.mail_never")}</dd>
      <dt>{t("settings.mail_waiting")}</dt>
      <dd class="num">{m.waiting}</dd>
    </dl>
  );
}

function Failure({ f }: { f: MailFailure }): VNode {
  return (
    <div class="mail-failure">
      <p class="flaw">
        <Warning small /> {t("settings.mail_failed")}
      </p>
      <p>
        {when(f.at)} · {f.to} · {f.subject}
      </p>
      <p>
        <code>{f.answer}</code>
      </p>
      <p class="hint">{t(f.given_up ? "settings.mail_given_up" : "settings.mail_again")}</p>
    </div>
  );
}

async function send(): Promise<void> {
  busy.value = true;
  answer.value = null;
  try {
    answer.value = { said: (await ask(client(), "POST /settings/mail/test", { to: to.peek().trim() })).answer };
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    answer.value = { refused: e.problem };
  } finally {
    busy.value = false;
    void loadMail();
  }
}

function Try(): VNode {
  return (
    <form
      class="add-line"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        if (!busy.value && to.value.trim() !== "") void send();
      }}
    >
      <label for="mail-to">{t("settings.mail_try")}</label>
      <input
        id="mail-to"
        type="email"
        autocomplete="email"
        aria-describedby="mail-said"
        value={to.value}
        onInput={(e) => (to.value = e.currentTarget.value)}
      />
      <button type="submit" class="button" aria-disabled={busy.value || to.value.trim() === ""}>
        {t(busy.value ? "settings.mail_sending" : "settings.mail_send")}
      </button>
      <p id="mail-said" role="status">
        <Said />
      </p>
    </form>
  );
}

/** What the mail server has answered, in its own words. */
function Said(): VNode | null {
  const a = answer.value;
  if (!a) return null;
  if ("refused" in a)
    return (
      <span class="flaw">
        <Warning small /> {`${a.refused.title} ${a.refused.detail}`}
      </span>
    );
  return (
    <>
      <Check small /> {t("settings.mail_taken", { answer: a.said })}
    </>
  );
}
