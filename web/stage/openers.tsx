import "./openers.css";
import type { VNode } from "preact";
import { t } from "../shared/text";
import { Basket, Headset, Mask, Outside } from "../shared/ui/icons";
import { openBeside, type WindowName } from "./windows";

/** The doors to the three roles: each opens a window of its own, so that one person can be all three. */
export function Openers(): VNode {
  return (
    <nav class="openers" aria-label={t("stage.open_roles")}>
      <Opener href="/desk/?as=anna" target="sufler-anna" title={t("stage.as_anna")} what={t("stage.as_anna_what")}>
        <Headset />
      </Opener>
      <Opener
        href="/desk/?as=sofia#/team"
        target="sufler-sofia"
        title={t("stage.as_sofia")}
        what={t("stage.as_sofia_what")}
      >
        <Mask />
      </Opener>
      <Opener href="/demo/" target="sufler-shop" title={t("stage.shop")} what={t("stage.shop_what")}>
        <Basket />
      </Opener>
    </nav>
  );
}

function Opener(props: { href: string; target: WindowName; title: string; what: string; children: VNode }): VNode {
  return (
    <a class="opener" href={props.href} target={props.target} onClick={(e) => openWindow(e, props.target)}>
      <span class="tile">{props.children}</span>
      <span class="words">
        <strong>{props.title}</strong>
        <span>{props.what}</span>
      </span>
      <Outside />
    </a>
  );
}

/** On a wide screen a window beside this one; where that is refused the link's own tab does. */
function openWindow(e: MouseEvent, target: WindowName): void {
  if (e.ctrlKey || e.metaKey || e.shiftKey || innerWidth < 900) return;
  if (openBeside(target, (e.currentTarget as HTMLAnchorElement).href)) e.preventDefault();
}
