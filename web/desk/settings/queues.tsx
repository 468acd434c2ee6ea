import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Queue } from "../../shared/api.gen";
import { t } from "../../shared/text";
import { Editor } from "./editor";
import {
  AddLine,
  type AnyForm,
  ByLanguage,
  Minutes,
  NumberField,
  Ordered,
  Part,
  Seconds,
  Select,
  Tick,
} from "./fields";
import { groups, hours, queues } from "./shelf";

const strategies = ["longest_idle", "round_robin", "least_busy", "ring_all"] as const;

/** The waiting lines: who serves each, in which way, when, and what becomes of those who wait too long. */
export function QueuesSection(): VNode {
  useEffect(() => {
    void groups.load();
    void hours.load();
  }, []);
  return (
    <Editor
      shelf={queues}
      title={(q) => q.name}
      detail={(q) => q.groups.join(", ")}
      label={t("settings.queues")}
      empty={t("settings.queues_none")}
      holds={t("settings.holds_next_visitor")}
      ordered
      add={<AddLine label={t("settings.queue_new")} add={(name) => queues.add(name)} />}
      fields={(form, q) => <QueueFields form={form} q={q} />}
    />
  );
}

function QueueFields({ form, q }: { form: AnyForm; q: Queue }): VNode {
  return (
    <>
      <Ordered
        form={form}
        at="groups"
        label={t("settings.queue_groups")}
        hint={t("settings.queue_groups_hint")}
        add={t("settings.queue_group_add")}
        choices={(groups.items.value ?? []).map((g) => ({ value: g.name, label: g.name }))}
      />
      <Select
        form={form}
        at="strategy"
        label={t("settings.strategy")}
        choices={strategies.map((s) => ({ value: s, label: t(`settings.strategy_${s}`) }))}
      />
      <Tick form={form} at="sticky" label={t("settings.sticky")} hint={t("settings.sticky_hint")} />
      <NumberField form={form} at="priority" label={t("settings.priority")} hint={t("settings.priority_hint")} />
      <Select
        form={form}
        at="hours"
        label={t("settings.queue_hours")}
        choices={[
          { value: "", label: t("settings.hours_always") },
          ...(hours.items.value ?? []).map((h) => ({ value: h.id, label: h.name })),
        ]}
      />
      <Part title={t("settings.asking")}>
        <Seconds form={form} at="offer_ms" label={t("settings.offer")} />
        <NumberField form={form} at="rounds" label={t("settings.rounds")} min={1} />
        <Seconds form={form} at="pause_ms" label={t("settings.round_pause")} />
        <Seconds form={form} at="return_ms" label={t("settings.return_time")} hint={t("settings.return_time_hint")} />
      </Part>
      <Part title={t("settings.room")}>
        <NumberField form={form} at="size" label={t("settings.size")} min={1} hint={t("settings.size_hint")} />
        <NumberField form={form} at="pre_size" label={t("settings.pre_size")} hint={t("settings.pre_size_hint")} />
        <Minutes form={form} at="max_wait_ms" label={t("settings.max_wait")} hint={t("settings.max_wait_hint")} />
      </Part>
      <Overflow form={form} q={q} />
      <ByLanguage form={form} at="welcome" label={t("settings.welcome")} hint={t("settings.welcome_hint")} rows={2} />
    </>
  );
}

function Overflow({ form, q }: { form: AnyForm; q: Queue }): VNode {
  const to = form.get<string>("overflow.to");
  return (
    <Part title={t("settings.overflow")} hint={t("settings.overflow_hint")}>
      <Select
        form={form}
        at="overflow.to"
        label={t("settings.overflow_to")}
        choices={[
          { value: "", label: t("settings.overflow_nowhere") },
          { value: "queue", label: t("settings.overflow_queue") },
          { value: "form", label: t("settings.overflow_form") },
        ]}
      />
      {to === "queue" && (
        <Select
          form={form}
          at="overflow.queue"
          label={t("settings.overflow_queue")}
          choices={[
            { value: "", label: t("settings.choose") },
            ...(queues.items.value ?? [])
              .filter((o) => o.name !== q.name)
              .map((o) => ({ value: o.name, label: o.name })),
          ]}
        />
      )}
    </Part>
  );
}

/** What holds for people of a group and for their conversations. */
export function GroupsSection(): VNode {
  return (
    <Editor
      shelf={groups}
      title={(g) => g.name}
      label={t("settings.groups")}
      empty={t("settings.groups_none")}
      holds={t("settings.holds_at_once")}
      add={<AddLine label={t("settings.group_new")} add={(name) => groups.add(name)} />}
      fields={(form) => (
        <>
          <p class="hint">{t("settings.groups_hint")}</p>
          <Part title={t("settings.visitor_rules")}>
            <Minutes form={form} at="left_after_ms" label={t("settings.left_after")} />
            <Minutes form={form} at="lost_after_ms" label={t("settings.lost_after")} />
            <Minutes
              form={form}
              at="silent_after_ms"
              label={t("settings.silent_after")}
              hint={t("settings.zero_never")}
            />
          </Part>
          <Part title={t("settings.operator_rules")}>
            <Seconds form={form} at="amber_ms" label={t("settings.amber")} />
            <Seconds form={form} at="red_ms" label={t("settings.red")} />
            <Minutes form={form} at="wrapup_max_ms" label={t("settings.wrapup_max")} hint={t("settings.wrapup_hint")} />
            <NumberField form={form} at="misses" label={t("settings.misses")} hint={t("settings.zero_never")} />
          </Part>
        </>
      )}
    />
  );
}
