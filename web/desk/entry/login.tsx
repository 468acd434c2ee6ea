import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Problem } from "../../shared/protocol";
import { Refusal } from "../../shared/request";
import { t } from "../../shared/text";
import { Brand, Languages, Notice } from "../../shared/ui/parts";
import { askFounded, login, notice, unfounded } from "../account";
import { catalogue } from "../catalogue";

const busy = signal(false);
const refused = signal<Problem | null>(null);

export function Login(): VNode {
  const name = useRef<HTMLInputElement>(null);
  const said = refused.value ?? notice.value;
  const submit = async (e: SubmitEvent) => {
    e.preventDefault();
    const fields = (e.currentTarget as HTMLFormElement).elements as unknown as Record<
      "login" | "password",
      HTMLInputElement
    >;
    busy.value = true;
    try {
      await login(fields.login.value.trim(), fields.password.value);
      refused.value = notice.value = null;
    } catch (trouble) {
      if (!(trouble instanceof Refusal)) throw trouble;
      refused.value = trouble.problem;
      fields.password.select();
    } finally {
      busy.value = false;
    }
  };
  useEffect(() => {
    name.current?.focus();
    void askFounded();
  }, []);
  return (
    <div class="login">
      <header>
        <Brand href="/" />
        <Languages catalogue={catalogue} />
      </header>
      <main>
        <h1>{t("desk.login")}</h1>
        {unfounded.value && <Notice title={t("desk.setup_waits")} detail={t("desk.setup_waits_next")} />}
        {said && <Notice title={said.title || t("connection.unreachable")} detail={said.detail} />}
        <form onSubmit={(e) => void submit(e)}>
          <label for="login">{t("desk.login_name")}</label>
          <input ref={name} id="login" name="login" autocomplete="username" autocapitalize="none" required />
          <label for="password">{t("desk.password")}</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required />
          <button type="submit" class="button filled big wide" aria-disabled={busy.value}>
            {t(busy.value ? "desk.logging_in" : "desk.log_in")}
          </button>
        </form>
      </main>
    </div>
  );
}
