import { computed, signal } from "@preact/signals";
import type { Flaw } from "../../shared/api.gen";
import { Refusal } from "../../shared/request";

/** One setting while it is being changed: what is kept, what is typed, and what the server says is wrong with it. */
export class Form<T extends object> {
  private readonly saved;
  private readonly draft;
  private readonly flaws = signal<readonly Flaw[]>([]);
  readonly isNew = signal(false);
  readonly saving = signal(false);
  /** It was saved and not changed since. */
  readonly done = signal(false);
  /** What was refused as a whole. */
  readonly refusal = signal<{ title: string; detail: string } | null>(null);
  readonly changed;

  constructor(
    saved: T,
    private readonly put: (draft: T) => Promise<T>,
  ) {
    this.saved = signal(saved);
    this.draft = signal(saved);
    this.changed = computed(
      () => this.isNew.value || JSON.stringify(this.draft.value) !== JSON.stringify(this.saved.value),
    );
  }

  /** What is typed, by the path of the value: "overflow.queue". */
  get<V>(at: string): V {
    return valueAt(this.draft.value, at) as V;
  }

  whole(): T {
    return this.draft.value;
  }

  set(at: string, value: unknown): void {
    this.draft.value = changedAt(this.draft.value, at.split("."), value) as T;
    this.done.value = false;
    this.flaws.value = this.flaws.value.filter(
      (f) => f.at !== at && !f.at.startsWith(`${at}.`) && !f.at.startsWith(`${at}[`),
    );
  }

  /** What is wrong at a value; with deep also at what is in it. */
  flaw(at: string, deep = false): string {
    const here = this.flaws.value.filter(
      (f) => f.at === at || (deep && (f.at.startsWith(`${at}.`) || f.at.startsWith(`${at}[`))),
    );
    return here.map((f) => f.title).join(" ");
  }

  /** Takes what the server keeps now. What is being typed stays. */
  take(kept: T): void {
    if (!this.changed.peek()) this.draft.value = kept;
    this.saved.value = kept;
  }

  discard(): void {
    this.draft.value = this.saved.value;
    this.flaws.value = [];
    this.refusal.value = null;
  }

  /** Keeps it; false when the server has refused, and says why at the fields. */
  async save(): Promise<boolean> {
    if (this.saving.peek()) return false;
    this.saving.value = true;
    try {
      const kept = await this.put(this.draft.value);
      this.isNew.value = false;
      this.saved.value = kept;
      this.draft.value = kept;
      this.flaws.value = [];
      this.refusal.value = null;
      this.done.value = true;
      return true;
    } catch (e) {
      if (!(e instanceof Refusal)) throw e;
      this.flaws.value = e.problem.flaws ?? [];
      this.refusal.value = { title: e.problem.title, detail: e.problem.detail };
      return false;
    } finally {
      this.saving.value = false;
    }
  }
}

function valueAt(v: unknown, at: string): unknown {
  return at.split(".").reduce((in_, name) => (in_ as Record<string, unknown> | undefined)?.[name], v);
}

function changedAt(v: unknown, at: readonly string[], value: unknown): unknown {
  const [name, ...rest] = at;
  if (name === undefined) return value;
  if (Array.isArray(v)) return v.map((one, i) => (String(i) === name ? changedAt(one, rest, value) : one));
  const before = (v ?? {}) as Record<string, unknown>;
  return { ...before, [name]: changedAt(before[name], rest, value) };
}
