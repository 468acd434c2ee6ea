import { signal } from "@preact/signals";

/** The microphones and loudspeakers of this machine, and which of them a person has chosen. */

export type DeviceUse = "microphone" | "speaker" | "ring";

export interface Device {
  id: string;
  /** Empty until the microphone was allowed once: browsers keep names for themselves before. */
  label: string;
}

/** Device ids, "" for the system's own choice. */
export interface Chosen {
  microphone: string;
  speaker: string;
  ring: string;
  /** The browser corrects echo, noise and loudness. */
  clean: boolean;
}

export interface Lists {
  microphones: readonly Device[];
  speakers: readonly Device[];
}

const key = "sufler.sound";
const nothingChosen: Chosen = { microphone: "", speaker: "", ring: "", clean: true };

export const devices = signal<Lists>({ microphones: [], speakers: [] });
export const chosen = signal<Chosen>(read());

function read(): Chosen {
  try {
    return { ...nothingChosen, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Chosen>) };
  } catch {
    return nothingChosen; // no storage here, or not our words in it
  }
}

/** Chooses and remembers it in this browser. */
export function choose(change: Partial<Chosen>): void {
  chosen.value = { ...chosen.value, ...change };
  try {
    localStorage.setItem(key, JSON.stringify(chosen.value));
  } catch {
    // A page without storage keeps its choice as long as it is open.
  }
}

/** What the browser lists, without its doubles for "the system's own". */
export function listsOf(found: readonly Pick<MediaDeviceInfo, "kind" | "deviceId" | "label">[]): Lists {
  const of = (kind: MediaDeviceKind) =>
    found
      .filter(
        (d) => d.kind === kind && d.deviceId !== "" && d.deviceId !== "default" && d.deviceId !== "communications",
      )
      .map((d) => ({ id: d.deviceId, label: d.label }));
  return { microphones: of("audioinput"), speakers: of("audiooutput") };
}

/** Which chosen devices are no longer there. Without names nothing is known, and nothing is said to be gone. */
export function gone(c: Chosen, now: Lists): DeviceUse[] {
  const missing = (id: string, all: readonly Device[]) => id !== "" && all.length > 0 && !all.some((d) => d.id === id);
  const out: DeviceUse[] = [];
  if (missing(c.microphone, now.microphones)) out.push("microphone");
  if (missing(c.speaker, now.speakers)) out.push("speaker");
  if (missing(c.ring, now.speakers)) out.push("ring");
  return out;
}

export async function refreshDevices(): Promise<Lists> {
  const found = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
  devices.value = listsOf(found);
  return devices.value;
}

/** Keeps the lists with what is plugged in. Returns what ends it. */
export function watchDevices(): () => void {
  const changed = () => void refreshDevices();
  navigator.mediaDevices?.addEventListener?.("devicechange", changed);
  changed();
  return () => navigator.mediaDevices?.removeEventListener?.("devicechange", changed);
}

/** The device to play at: the chosen one while it is there, else the system's own. */
export function outputFor(use: "speaker" | "ring"): string {
  const c = chosen.value;
  const id = use === "ring" ? c.ring || c.speaker : c.speaker;
  const all = devices.value.speakers;
  return all.length === 0 || all.some((d) => d.id === id) ? id : "";
}
