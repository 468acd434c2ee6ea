import type { ComponentChildren, VNode } from "preact";
import { initials } from "../shared/format";
import { t } from "../shared/text";
import { Close, Folder, Handset, Headset, Leave, People } from "../shared/ui/icons";
import { Brand, Languages, LinkLine, Notice } from "../shared/ui/parts";
import { logout, may, me, notice, setUp } from "./account";
import { BarEverywhere } from "./call/bar";
import { catalogue } from "./catalogue";
import { pane, Workplace } from "./desk";
import { Login } from "./entry/login";
import { Setup } from "./entry/setup";
import { RecordPage } from "./record/page";
import { RecordsPage } from "./record/records";
import { address, type Route, route } from "./route";
import { StatusWord } from "./self/status";
import { SoundCheckDialog } from "./sound/soundcheck";
import { Strips } from "./sound/strips";
import { mine, myself, waiting } from "./state";
import { CardPage } from "./supervise/card";
import { supervised } from "./supervise/supervise";
import { TeamPage } from "./team/team";

export function App(): VNode {
  if (!me.value) return setUp.value ? <Setup token={setUp.value} /> : <Login />;
  return (
    <div class={`app${supervised.value?.supervisor?.mode === "barge" ? " everybody" : ""}`}>
      <LinkLine />
      <Top />
      <Said />
      <Strips />
      <BarEverywhere />
      <Page at={route.value} />
      <Bottom />
      <SoundCheckDialog />
    </div>
  );
}

function Page({ at }: { at: Route }): VNode {
  switch (at.page) {
    case "desk":
      return <Workplace />;
    case "team":
      return <TeamPage />;
    case "card":
      return <CardPage id={at.call} key={at.call} />;
    case "records":
      return <RecordsPage />;
    case "record":
      return <RecordPage id={at.call} key={at.call} />;
  }
}

/** A tab also stands for what is opened from it: the card for the team, a record for the records. */
function Tab(props: {
  to: Route;
  also?: Route["page"];
  children: ComponentChildren;
  onClick?: () => void;
  here?: boolean;
}): VNode {
  const here = props.here ?? (route.value.page === props.to.page || route.value.page === props.also);
  return (
    <a
      href={address(props.to)}
      aria-current={here ? "page" : undefined}
      {...(props.onClick ? { onClick: props.onClick } : {})}
    >
      {props.children}
    </a>
  );
}

function Top(): VNode {
  const person = myself.value;
  return (
    <header class="bar">
      <Brand href="#/" />
      <nav class="tabs" aria-label={t("desk.pages")}>
        <Tab to={{ page: "desk" }}>{t("desk.desk")}</Tab>
        {may.value.has("team.read") && (
          <Tab to={{ page: "team" }} also="card">
            {t("desk.team")}
          </Tab>
        )}
        {may.value.has("record.read") && (
          <Tab to={{ page: "records" }} also="record">
            {t("desk.records")}
          </Tab>
        )}
      </nav>
      <span class="space" />
      {person && route.value.page !== "desk" && <StatusWord member={person} timed />}
      <Languages catalogue={catalogue} />
      <span class="avatar" title={me.value?.name}>
        {initials(me.value?.name ?? "")}
      </span>
      <button
        type="button"
        class="button quiet square"
        aria-label={t("desk.logout")}
        title={t("desk.logout")}
        onClick={() => void logout()}
      >
        <Leave />
      </button>
    </header>
  );
}

/** What was refused last. It takes no focus and covers nothing. */
function Said(): VNode | null {
  const said = notice.value;
  if (!said) return null;
  return (
    <div class="said-line">
      <Notice title={said.title || t("connection.unreachable")} detail={said.detail}>
        {said.code === "call_ended" && said.call && (
          <a class="button" href={address({ page: "card", call: said.call })}>
            {t("desk.open_card")}
          </a>
        )}
        <button
          type="button"
          class="button quiet square"
          aria-label={t("desk.put_away")}
          onClick={() => (notice.value = null)}
        >
          <Close />
        </button>
      </Notice>
    </div>
  );
}

/** On a phone the pages are at the thumb. */
function Bottom(): VNode {
  const onDesk = route.value.page === "desk";
  const n = waiting.value.length;
  return (
    <nav class="bottom" aria-label={t("desk.pages")}>
      <Tab to={{ page: "desk" }} here={onDesk && pane.value === "list"} onClick={() => (pane.value = "list")}>
        <Headset />
        {t("desk.waiting")}
        {n > 0 && <span class="badge waiting">{n}</span>}
      </Tab>
      <Tab to={{ page: "desk" }} here={onDesk && pane.value === "call"} onClick={() => (pane.value = "call")}>
        <Handset />
        {t("desk.call")}
        {mine.value && mine.value.state !== "ended" && <span class="badge">1</span>}
      </Tab>
      {may.value.has("team.read") && (
        <Tab to={{ page: "team" }} also="card">
          <People />
          {t("desk.team")}
        </Tab>
      )}
      {may.value.has("record.read") && (
        <Tab to={{ page: "records" }} also="record">
          <Folder />
          {t("desk.records")}
        </Tab>
      )}
    </nav>
  );
}
