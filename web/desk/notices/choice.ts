import { signal } from "@preact/signals";

/** What this browser is to be told by, and how loud. It belongs to the computer and not to the person (M028). */

export const noises = ["call", "chat", "message"] as const;
export type Noise = (typeof noises)[number];

export interface NoticeChoice {
  /** 0 is off, 1 as loud as the computer. */
  volume: Record<Noise, number>;
  /** Whether the system's own notices are wanted; the browser asks the person, too. */
  popups: boolean;
}

const kept = "sufler.notices";
const usual: NoticeChoice = { volume: { call: 1, chat: 0.7, message: 0.5 }, popups: false };

function read(): NoticeChoice {
  const text = typeof localStorage === "undefined" ? null : localStorage.getItem(kept);
  if (!text) return usual;
  const found = JSON.parse(text) as Partial<NoticeChoice>;
  return { popups: found.popups ?? false, volume: { ...usual.volume, ...found.volume } };
}

export const notices = signal<NoticeChoice>(read());

export function chooseNotices(next: Partial<NoticeChoice>): void {
  notices.value = { ...notices.peek(), ...next };
  localStorage.setItem(kept, JSON.stringify(notices.value));
}

export function setVolume(of: Noise, volume: number): void {
  chooseNotices({ volume: { ...notices.peek().volume, [of]: volume } });
}
