import type { VNode } from "preact";
import { t } from "../shared/text";
import { Close } from "../shared/ui/icons";
import { LinkLine, Notice } from "../shared/ui/parts";
import { me, notice, setUp } from "./account";
import { BansPage } from "./bans/page";
import { BarEverywhere } from "./call/bar";
import { DayPage } from "./day/page";
import { Workplace } from "./desk";
import { Login } from "./entry/login";
import { Setup } from "./entry/setup";
import { MissedPage } from "./missed/page";
import { RecordPage } from "./record/page";
import { RecordsPage } from "./record/records";
import { address, type Route, route } from "./route";
import { SettingsDoor } from "./settings/door";
import { Bottom } from "./shell/bottom";
import { Dialogs } from "./shell/shown";
import { Top } from "./shell/top";
import { Strips } from "./sound/strips";
import { CardPage } from "./supervise/card";
import { supervised } from "./supervise/supervise";
import { TeamPage } from "./team/team";
import { VisitorsPage } from "./visitors/page";

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
      <Dialogs />
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
    case "missed":
      return <MissedPage />;
    case "visitors":
      return <VisitorsPage />;
    case "day":
      return <DayPage />;
    case "bans":
      return <BansPage />;
    case "settings":
      return <SettingsDoor section={at.section} />;
    case "records":
      return <RecordsPage />;
    case "record":
      return <RecordPage id={at.call} key={at.call} />;
  }
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
