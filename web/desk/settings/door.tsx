import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Event } from "../../shared/protocol";
import { learn } from "../../shared/text";

/** The way into the settings from what is loaded at once: few people need them, and seldom. */

const part = signal<typeof import("./part") | null>(null);

async function bring(): Promise<void> {
  if (part.peek()) return;
  const came = await import("./part");
  await learn(came.catalogue);
  part.value = came;
}

export function SettingsDoor({ section }: { section: string }): VNode {
  useEffect(() => void bring(), []);
  const Came = part.value?.SettingsPage;
  return Came ? <Came section={section} /> : <main class="page" aria-busy="true" />;
}

export function takeSettingEvent(e: Event): void {
  part.peek()?.takeSettingEvent(e);
}
