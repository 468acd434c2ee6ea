import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { initials } from "../../shared/format";
import { t } from "../../shared/text";
import { Brand } from "../../shared/ui/parts";
import { may, me } from "../account";
import { openDialog } from "../dialogs";
import { Help, Redirect, Ticket } from "../icons";
import { handle } from "../keys/keys";
import { phone } from "../layout";
import { route } from "../route";
import { StatusWord } from "../self/status";
import { openSession } from "../sessions/open";
import { myself } from "../state";
import { EndButton } from "../work/acts";
import { Menu, menuAt } from "./menu";
import { PageLinks } from "./pages";

/** The bar over every page: where one can go, and what can be done with the open session. */
export function Top(): VNode {
  const person = myself.value;
  const control = useRef<HTMLButtonElement>(null);
  useLayoutEffect(topKeys, []);
  return (
    <header class="bar">
      <Brand href="#/" />
      <nav class="tabs" aria-label={t("desk.pages")}>
        <PageLinks />
      </nav>
      <span class="space" />
      {route.value.page === "desk" ? <Acts /> : person && <StatusWord member={person} timed />}
      <button
        type="button"
        class="avatar"
        ref={control}
        aria-haspopup="dialog"
        aria-expanded={menuAt.value === "top"}
        title={me.value?.name}
        onClick={() => (menuAt.value = menuAt.value === "top" ? "" : "top")}
      >
        <span aria-hidden="true">{initials(me.value?.name ?? "")}</span>
        <span class="hidden-label">{t("desk.menu_of", { name: me.value?.name ?? "" })}</span>
      </button>
      {menuAt.value === "top" && <Menu anchor={control} />}
    </header>
  );
}

function topKeys(): () => void {
  const stops = [
    handle("overview", () => {
      openDialog({ what: "keys" });
      return true;
    }),
    handle("invite", () => {
      if (!may.peek().has("invitation.make")) return false;
      openDialog({ what: "invite" });
      return true;
    }),
    handle("menu", () => {
      menuAt.value = phone.peek() ? "bottom" : "top";
      return true;
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function Acts(): VNode {
  const s = openSession.value;
  return (
    <div class="acts">
      {may.value.has("invitation.make") && (
        <button type="button" class="button quiet" onClick={() => openDialog({ what: "invite" })}>
          <Ticket small /> <span>{t("desk.invite")}</span>
        </button>
      )}
      {s?.state === "active" && (
        <button type="button" class="button quiet" onClick={() => openDialog({ what: "redirect", session: s.id })}>
          <Redirect small /> <span>{t("desk.redirect")}</span>
        </button>
      )}
      {s && <EndButton s={s} />}
      <button
        type="button"
        class="button quiet square"
        aria-label={t("keys.title")}
        title={t("keys.title")}
        onClick={() => openDialog({ what: "keys" })}
      >
        <Help />
      </button>
    </div>
  );
}
