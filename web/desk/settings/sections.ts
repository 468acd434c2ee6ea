import type { VNode } from "preact";
import { type Key, t } from "../../shared/text";
import { may } from "../account";
import { HoursSection } from "./hours";
import { MailSection } from "./mail";
import { PeopleSection } from "./people";
import { FileSection, PolicySection } from "./policy";
import { GroupsSection, QueuesSection } from "./queues";
import { WidgetsSection } from "./widgets";
import { ParametersSection, ResultsSection, TagsSection, TemplatesSection } from "./words";

export interface Section {
  id: string;
  title: Key;
  /** The right without which it is not there. */
  needs: string;
  view(): VNode | null;
  /** The names in it, for who searches. */
  names: readonly Key[];
}

/** In the order in which a new installation uses them. */
const all: readonly Section[] = [
  {
    id: "people",
    title: "settings.people",
    needs: "people.write",
    view: PeopleSection,
    names: [
      "settings.public_name",
      "settings.description",
      "settings.chat_limit",
      "settings.preview",
      "settings.groups_of_person",
      "settings.active",
    ],
  },
  {
    id: "queues",
    title: "settings.queues",
    needs: "settings.write",
    view: QueuesSection,
    names: [
      "settings.queue_groups",
      "settings.strategy",
      "settings.sticky",
      "settings.priority",
      "settings.queue_hours",
      "settings.offer",
      "settings.rounds",
      "settings.round_pause",
      "settings.return_time",
      "settings.size",
      "settings.pre_size",
      "settings.max_wait",
      "settings.overflow",
      "settings.welcome",
    ],
  },
  {
    id: "groups",
    title: "settings.groups",
    needs: "settings.write",
    view: GroupsSection,
    names: [
      "settings.left_after",
      "settings.lost_after",
      "settings.silent_after",
      "settings.amber",
      "settings.red",
      "settings.wrapup_max",
      "settings.misses",
    ],
  },
  {
    id: "hours",
    title: "settings.hours",
    needs: "settings.write",
    view: HoursSection,
    names: ["settings.zone", "settings.week", "settings.holidays"],
  },
  {
    id: "widgets",
    title: "settings.widgets",
    needs: "settings.write",
    view: WidgetsSection,
    names: [
      "settings.install",
      "settings.company",
      "settings.origins",
      "settings.channels",
      "settings.languages",
      "settings.language_else",
      "settings.greeting",
      "settings.form",
      "settings.consent",
      "settings.draft_preview",
      "settings.presence",
      "settings.offline_mail",
      "settings.proactive",
      "settings.position",
      "settings.scheme",
      "settings.colour",
    ],
  },
  {
    id: "templates",
    title: "settings.templates",
    needs: "template.write",
    view: TemplatesSection,
    names: ["settings.text", "settings.shortcut", "settings.template_language", "settings.scope"],
  },
  {
    id: "results",
    title: "settings.results",
    needs: "settings.write",
    view: ResultsSection,
    names: ["settings.result_active"],
  },
  {
    id: "parameters",
    title: "settings.parameters",
    needs: "settings.write",
    view: ParametersSection,
    names: ["settings.max_length", "settings.parameter_shown"],
  },
  { id: "tags", title: "settings.tags", needs: "settings.write", view: TagsSection, names: [] },
  {
    id: "policy",
    title: "settings.policy",
    needs: "settings.write",
    view: PolicySection,
    names: [
      "settings.away_web",
      "settings.away_forwarded",
      "settings.operators_may_ban",
      "settings.free_tags",
      "settings.mail_transcripts",
      "settings.unknown_parameters",
      "settings.active_most",
    ],
  },
  { id: "mail", title: "settings.mail", needs: "mail.read", view: MailSection, names: ["settings.mail_try"] },
  { id: "file", title: "settings.file", needs: "settings.write", view: FileSection, names: [] },
];

/** The sections that this person may open. */
export function sections(): readonly Section[] {
  return all.filter((s) => may.value.has(s.needs));
}

/** The names that contain what is searched, without case and accents. */
export function found(wanted: string): readonly { section: Section; name: Key }[] {
  const word = plain(wanted);
  if (word === "") return [];
  return sections().flatMap((section) =>
    [section.title, ...section.names]
      .filter((name) => plain(t(name)).includes(word))
      .map((name) => ({ section, name })),
  );
}

function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
