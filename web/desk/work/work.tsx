import type { VNode } from "preact";
import { t } from "../../shared/text";
import { Handset, Logo, Person } from "../../shared/ui/icons";
import { me } from "../account";
import { CallBar } from "../call/bar";
import { CallTab, Next } from "../call/call";
import { ChatColumn } from "../chat/column";
import { ClientTab } from "../client/tab";
import { Chat, Sheet } from "../icons";
import { show, type TabName, tab } from "../layout";
import { unread } from "../sessions/chats";
import { lonelyCall, openCall, openSession } from "../sessions/open";
import { mine, myself } from "../state";
import { type Tab, Tabs } from "../tabs";
import { TemplatesTab } from "../templates/tab";

/** What is worked on: the bar of the call over everything, what is known in the middle, the chat at the right. */
export function Work(): VNode {
  const s = openSession.value;
  const bar = mine.value && (mine.value.state !== "ended" || lonelyCall.value) ? mine.value : undefined;
  return (
    <div class={`work tab-${shownTab()}${s ? "" : " no-chat"}`}>
      {bar && <CallBar c={bar} />}
      {s || openCall.value ? <Middle /> : <Nothing />}
      {s && <ChatColumn s={s} />}
    </div>
  );
}

/** What is not there is not stood on: a call between colleagues has no client, a chat no call. */
function shownTab(): TabName {
  if (!openSession.value) return "call";
  return tab.value === "call" && !openCall.value ? "client" : tab.value;
}

function tabs(): readonly Tab<TabName>[] {
  const s = openSession.value;
  const n = s ? (unread.value.get(s.id) ?? 0) : 0;
  const all: Tab<TabName>[] = [];
  if (s) {
    all.push({
      name: "chat",
      word: n > 0 ? `${t("chat.chat")} ${n}` : t("chat.chat"),
      icon: <Chat small />,
      look: "narrow",
    });
    all.push({ name: "client", word: t("role.client"), icon: <Person small /> });
  }
  if (openCall.value) all.push({ name: "call", word: t("desk.call"), icon: <Handset small /> });
  if (s) all.push({ name: "templates", word: t("session.templates"), icon: <Sheet small /> });
  return all;
}

function Middle(): VNode {
  const at = shownTab();
  const c = openCall.value;
  return (
    <section class="middle">
      <Tabs label={t("desk.parts")} tabs={tabs()} at={at} choose={show} />
      {c && <Next c={c} />}
      <Panel at={at} />
    </section>
  );
}

function Panel({ at }: { at: TabName }): VNode | null {
  const s = openSession.value;
  const c = openCall.value;
  if (at === "chat") return null; // stands beside, or alone
  return (
    <div class="panel" role="tabpanel" id={`panel-${at}`} aria-labelledby={`tab-${at}`}>
      {at === "client" && s && <ClientTab s={s} />}
      {at === "call" && c && <CallTab c={c} />}
      {at === "templates" && <TemplatesTab />}
    </div>
  );
}

const freeWhat = { phone: "desk.free_what", browser: "desk.free_what_browser", both: "desk.free_what_both" } as const;

/** Nothing is open: what that means depends on the status, and on where calls ring. */
function Nothing(): VNode {
  const status = myself.value?.status ?? "offline";
  const away = status === "pause" || status === "busy" || status === "offline";
  const inactive = me.value?.active === false;
  const what = inactive ? "desk.inactive_what" : away ? "desk.away_what" : freeWhat[myself.value?.answer_on ?? "phone"];
  return (
    <div class="nothing">
      <Logo />
      <h2>{t(inactive || away ? "desk.away" : "desk.free")}</h2>
      <p>{t(what, { phone: me.value?.phone ?? "" })}</p>
    </div>
  );
}
