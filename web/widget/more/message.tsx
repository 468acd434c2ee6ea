import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { request } from "../../shared/request";
import { language, t } from "../../shared/text";
import { Check, Send } from "../../shared/ui/icons-plain";
import { Body, Fault, Refused } from "../body";
import { conversation } from "../chat/here";
import { consent } from "../consent";
import { Once } from "../once";
import { person } from "../person";
import { busy, client, here, page, problemOf, refusal, root } from "../state";
import { browserName } from "../store";

type Trouble = "" | "contact" | "text" | "agreed";

const trouble = signal<Trouble>("");
const sent = signal(false);
const agreed = signal(false);
const once = new Once();

/** What is left when nobody is there: an address or a number, and the matter. It goes to a mailbox of ours. */
export function MessagePage(): VNode {
  if (sent.value) return <Thanks />;
  return <Letter />;
}

function Letter(): VNode {
  const draft = conversation.chat.draft.value;
  const submit = (e: SubmitEvent) => {
    e.preventDefault();
    trouble.value = wrong(draft);
    if (trouble.value) root().querySelector<HTMLElement>(`[name=${trouble.value}]`)?.focus();
    else if (!busy.value) void send(draft.trim());
  };
  return (
    <form class="body" noValidate onSubmit={submit}>
      <ContactField />
      <label class="field">
        <span>{t("widget_more.matter")}</span>
        <textarea
          name="text"
          rows={4}
          maxLength={4000}
          aria-invalid={trouble.value === "text"}
          aria-describedby={trouble.value === "text" ? "text-fault" : undefined}
          value={draft}
          onInput={(e) => {
            trouble.value = "";
            conversation.write(e.currentTarget.value);
          }}
        />
      </label>
      {trouble.value === "text" && <Fault id="text-fault" words={t("widget_more.matter_missing")} />}
      <label class="consent">
        <input
          name="agreed"
          type="checkbox"
          checked={agreed.value}
          aria-describedby={trouble.value === "agreed" ? "agreed-fault" : undefined}
          onChange={(e) => {
            agreed.value = e.currentTarget.checked;
            trouble.value = "";
          }}
        />
        <span>{t("widget_more.agree")}</span>
      </label>
      {trouble.value === "agreed" && <Fault id="agreed-fault" words={t("widget_more.agree_needed")} />}
      <Refused why={refusal.value} />
      <span class="push" />
      <button type="submit" class="button filled" aria-disabled={busy.value}>
        <Send /> {t(busy.value ? "widget.sending" : "widget_more.send")}
      </button>
    </form>
  );
}

function ContactField(): VNode {
  const bad = trouble.value === "contact";
  return (
    <>
      <label class="field">
        <span>{t("widget_more.contact")}</span>
        <input
          name="contact"
          autocomplete="email"
          maxLength={200}
          data-first
          aria-invalid={bad}
          aria-describedby={bad ? "contact-fault" : undefined}
          value={contact.value}
          onInput={(e) => {
            contact.value = e.currentTarget.value;
            trouble.value = "";
            refusal.value = null;
          }}
        />
      </label>
      {bad && <Fault id="contact-fault" words={t("widget_more.contact_wrong")} />}
    </>
  );
}

const contact = signal(person.peek().email || person.peek().phone);

function wrong(text: string): Trouble {
  const given = contact.peek().trim();
  if (!isMail(given) && !isNumber(given)) return "contact";
  if (text.trim() === "") return "text";
  return agreed.peek() ? "" : "agreed";
}

const isMail = (s: string) => /^\S+@\S+\.\S+$/.test(s);
const isNumber = (s: string) => /^[+\d][\d ()/-]{4,}$/.test(s);

async function send(text: string): Promise<void> {
  const given = contact.peek().trim();
  busy.value = true;
  refusal.value = null;
  try {
    const me = consent.peek() === "given" || consent.peek() === "free" ? client(browserName()) : client();
    const letter = {
      name: person.peek().name,
      email: isMail(given) ? given : "",
      phone: isMail(given) ? "" : given,
      text,
      page: location.href,
      language: language.peek(),
      consent: true,
    };
    await request({ ...me, idempotencyKey: once.key(letter) }, "POST", `/widgets/${here().widget}/messages`, letter);
    once.done();
    conversation.write("");
    sent.value = true;
  } catch (e) {
    refusal.value = problemOf(e);
  } finally {
    busy.value = false;
  }
}

function Thanks(): VNode {
  const done = () => {
    sent.value = false;
    agreed.value = false;
    page.value = "rows";
  };
  return (
    <Body>
      <div role="status">
        <h3 class="big">
          <Check /> {t("widget_more.sent")}
        </h3>
        <p>{t("widget_more.sent_what", { contact: contact.value.trim() })}</p>
      </div>
      <span class="push" />
      <button type="button" class="button" data-first onClick={done}>
        {t("widget.back")}
      </button>
    </Body>
  );
}
