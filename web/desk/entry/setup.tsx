import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Problem } from "../../shared/protocol";
import { Refusal } from "../../shared/request";
import { t } from "../../shared/text";
import { Brand, Languages, Notice } from "../../shared/ui/parts";
import { found, setUp } from "../account";
import { catalogue } from "../catalogue";

const busy = signal(false);
const refused = signal<Problem | null>(null);
/** Of these nothing that is typed here can make a way out. */
const ends = ["setup_done", "setup_link_wrong", "setup_link_old"];

/** Where the first owner comes from: the link that the program has printed. */
export function Setup({ token }: { token: string }): VNode {
  const name = useRef<HTMLInputElement>(null);
  const submit = async (e: SubmitEvent) => {
    e.preventDefault();
    const fields = (e.currentTarget as HTMLFormElement).elements as unknown as Record<
      "full_name" | "login" | "password",
      HTMLInputElement
    >;
    busy.value = true;
    try {
      await found(token, fields.login.value.trim(), fields.full_name.value.trim(), fields.password.value);
    } catch (trouble) {
      if (!(trouble instanceof Refusal)) throw trouble;
      refused.value = trouble.problem;
    } finally {
      busy.value = false;
    }
  };
  useEffect(() => name.current?.focus(), []);
  const said = refused.value;
  return (
    <div class="login">
      <header>
        <Brand href="/" />
        <Languages catalogue={catalogue} />
      </header>
      <main>
        <h1>{t("desk.setup")}</h1>
        <p>{t("desk.setup_why")}</p>
        {said && (
          <Notice title={said.title || t("connection.unreachable")} detail={said.detail}>
            {ends.includes(said.code) && (
              <button type="button" class="button" onClick={() => (setUp.value = "")}>
                {t("desk.setup_to_login")}
              </button>
            )}
          </Notice>
        )}
        <form onSubmit={(e) => void submit(e)}>
          <label for="full_name">{t("desk.setup_name")}</label>
          <input ref={name} id="full_name" name="full_name" autocomplete="name" maxLength={200} required />
          <label for="login">{t("desk.setup_login")}</label>
          <input id="login" name="login" autocomplete="username" autocapitalize="none" maxLength={200} required />
          <label for="password">{t("desk.setup_password")}</label>
          <input id="password" name="password" type="password" autocomplete="new-password" minLength={12} required />
          <button type="submit" class="button filled big wide" aria-disabled={busy.value}>
            {t(busy.value ? "desk.setup_creating" : "desk.setup_create")}
          </button>
        </form>
      </main>
    </div>
  );
}
