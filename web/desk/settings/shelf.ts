import { signal } from "@preact/signals";
import type { Requests } from "../../shared/api.gen";
import { ask } from "../../shared/ask";
import type { Event } from "../../shared/protocol";
import { client, quietly } from "../account";
import { Form } from "./form";

/** The kinds of settings that are lists, as their addresses name them. */
export type Many = "queues" | "groups" | "hours" | "widgets" | "templates" | "results" | "parameters" | "tags";
export type Setting<K extends Many> = Requests[`PUT /settings/${K}/{id}`]["body"];

const shelves: Shelf<Many>[] = [];

/** All settings of one kind as the server keeps them, and the forms in which they are being changed. */
export class Shelf<K extends Many> {
  readonly items = signal<readonly Setting<K>[] | null>(null);
  /** The one that is open in the page; "" is none. */
  readonly open = signal("");
  /** Those that are new and not kept yet, by id. */
  private readonly added = signal<readonly Setting<K>[]>([]);
  private readonly forms = new Map<string, Form<Setting<K>>>();
  private fresh: Setting<K> | undefined;

  constructor(
    readonly many: K,
    readonly kind: string,
    readonly id: (v: Setting<K>) => string,
    private readonly named: (v: Setting<K>, id: string) => Setting<K>,
  ) {
    shelves.push(this as unknown as Shelf<Many>);
  }

  /** What is kept and what is being added. */
  all(): readonly Setting<K>[] {
    const kept = this.items.value ?? [];
    return [...kept, ...this.added.value.filter((a) => !kept.some((v) => this.id(v) === this.id(a)))];
  }

  get(id: string): Setting<K> | undefined {
    return this.all().find((v) => this.id(v) === id);
  }

  async load(): Promise<void> {
    const got = await quietly(() => ask(client(), `GET /settings/${this.many}` as "GET /settings/tags", undefined));
    if (!got) return;
    this.fresh = got.new as unknown as Setting<K>;
    const items = got.items as unknown as Setting<K>[];
    for (const v of items) this.forms.get(this.id(v))?.take(v);
    this.items.value = items;
  }

  /** Begins a new one. Nothing is kept until it is saved. */
  add(id: string, with_: Partial<Setting<K>> = {}): void {
    if (!this.fresh || id === "") return;
    if (!this.get(id)) {
      this.added.value = [...this.added.value, this.named({ ...structuredClone(this.fresh), ...with_ }, id)];
    }
    this.open.value = id;
  }

  /** The form of one; it stays as it was left while the desk is open. */
  form(id: string): Form<Setting<K>> | undefined {
    const v = this.get(id);
    if (!v) return undefined;
    let form = this.forms.get(id);
    if (!form) {
      form = new Form(v, (draft) => this.put(id, draft));
      form.isNew.value = !this.isKept(id);
      this.forms.set(id, form);
    }
    return form;
  }

  isKept(id: string): boolean {
    return (this.items.value ?? []).some((v) => this.id(v) === id);
  }

  /** Whether something here waits to be saved. */
  isChanged(id: string): boolean {
    return this.forms.get(id)?.changed.value ?? false;
  }

  async put(id: string, v: Setting<K>): Promise<Setting<K>> {
    const what = `PUT /settings/${this.many}/{id}` as "PUT /settings/tags/{id}";
    const kept = await ask(client(), what, v as Requests[typeof what]["body"], { id });
    await this.load();
    this.added.value = this.added.value.filter((a) => this.id(a) !== id);
    return kept as unknown as Setting<K>;
  }

  async remove(id: string): Promise<void> {
    if (this.isKept(id))
      await ask(client(), `DELETE /settings/${this.many}/{id}` as "DELETE /settings/tags/{id}", undefined, { id });
    this.added.value = this.added.value.filter((a) => this.id(a) !== id);
    this.forms.delete(id);
    if (this.open.value === id) this.open.value = "";
    await this.load();
  }
}

export const queues = new Shelf(
  "queues",
  "queue",
  (v) => v.name,
  (v, name) => ({ ...v, name }),
);
export const groups = new Shelf(
  "groups",
  "group",
  (v) => v.name,
  (v, name) => ({ ...v, name }),
);
export const hours = new Shelf(
  "hours",
  "hours",
  (v) => v.id,
  (v, id) => ({ ...v, id }),
);
export const widgets = new Shelf(
  "widgets",
  "widget",
  (v) => v.id,
  (v, id) => ({ ...v, id }),
);
export const templates = new Shelf(
  "templates",
  "template",
  (v) => v.id,
  (v, id) => ({ ...v, id }),
);
export const results = new Shelf(
  "results",
  "result",
  (v) => v.id,
  (v, id) => ({ ...v, id }),
);
export const parameters = new Shelf(
  "parameters",
  "parameter",
  (v) => v.name,
  (v, name) => ({ ...v, name }),
);
export const tags = new Shelf(
  "tags",
  "tag",
  (v) => v.name,
  (v, name) => ({ ...v, name }),
);

/** What somebody else has changed is read anew where it is shown. */
export function takeSettingEvent(e: Event): void {
  if (e.kind !== "setting.changed") return;
  for (const shelf of shelves) if (shelf.kind === e.data.kind && shelf.items.peek()) void shelf.load();
}
