import { signal } from "@preact/signals";
import type { ComponentChildren, RefObject, VNode } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/text";
import { Leave, Sliders, Sound } from "../../shared/ui/icons";
import { Languages } from "../../shared/ui/parts";
import { logout, may, me } from "../account";
import { catalogue } from "../catalogue";
import { openDialog, type Shown } from "../dialogs";
import { Ban, Bell, Help, Redirect, Ticket } from "../icons";
import { Popover } from "../popover";
import { address } from "../route";
import { openSession } from "../sessions/open";
import { openCheck } from "../sound/check";
import { PageLinks } from "./pages";

/** Where the menu has been opened: by one's own mark at the top, or by More at the thumb. */
export const menuAt = signal<"" | "top" | "bottom">("");

const close = () => {
  menuAt.value = "";
};

/** What is not needed every minute. On a phone it also leads to the other pages. */
export function Menu({ anchor, pages = false }: { anchor: RefObject<HTMLElement | null>; pages?: boolean }): VNode {
  const s = openSession.value;
  useEffect(() => {
    addEventListener("hashchange", close);
    return () => removeEventListener("hashchange", close);
  }, []);
  return (
    <Popover anchor={anchor} close={close} label={t("desk.menu")} role="dialog">
      <p class="menu-head">{me.value?.name}</p>
      {pages && (
        <nav class="menu-pages" aria-label={t("desk.pages")}>
          <PageLinks />
        </nav>
      )}
      {pages && s?.state === "active" && (
        <Item icon={<Redirect />} does={() => openDialog({ what: "redirect", session: s.id })}>
          {t("desk.redirect")}
        </Item>
      )}
      {pages && may.value.has("invitation.make") && (
        <Opens icon={<Ticket />} what={{ what: "invite" }} word={t("desk.invite")} />
      )}
      {may.value.has("ban.lift") && (
        <a class="menu-item" href={address({ page: "bans" })}>
          <Ban /> {t("ban.list")}
        </a>
      )}
      {may.value.has("template.write") && (
        <a class="menu-item" href={address({ page: "settings", section: "" })}>
          <Sliders /> {t("desk.settings")}
        </a>
      )}
      <Opens icon={<Bell />} what={{ what: "notices" }} word={t("notices.title")} />
      <Item icon={<Sound />} does={openCheck}>
        {t("desk.check_sound")}
      </Item>
      <Opens icon={<Help />} what={{ what: "keys" }} word={t("keys.title")} />
      <div class="menu-item apart">
        <Languages catalogue={catalogue} />
      </div>
      <Item icon={<Leave />} does={() => void logout()}>
        {t("desk.logout")}
      </Item>
    </Popover>
  );
}

function Opens({ icon, what, word }: { icon: VNode; what: Shown; word: string }): VNode {
  return (
    <Item icon={icon} does={() => openDialog(what)}>
      {word}
    </Item>
  );
}

function Item(props: { icon: VNode; does(): void; children: ComponentChildren }): VNode {
  return (
    <button
      type="button"
      class="menu-item"
      onClick={() => {
        close();
        props.does();
      }}
    >
      {props.icon} {props.children}
    </button>
  );
}
