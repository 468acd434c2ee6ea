import type { MicrophoneTrouble } from "../../shared/sound/microphone";

/** What a sound check has found so far. Levels are the loudest in dBFS. */
export interface Found {
  trouble: MicrophoneTrouble | null;
  /** The microphone gives not even noise. */
  dead: boolean;
  echo: "not_yet" | "calling" | "talking" | "done";
  /** Why the echo could not be called, or "". */
  failed: string;
  /** What the server heard, and how many packets that were. */
  heard: number;
  packets: number;
  /** What came back. */
  back: number;
}

export type Verdict = MicrophoneTrouble | "muted_in_system" | "no_path" | "not_heard" | "works";

/** Quieter than that is nobody speaking. */
const speech = -55;

/** The result in one word, with the code that an administrator wants to read; null while it is not known. */
export function verdictOf(f: Found): { word: Verdict; code: string } | null {
  if (f.trouble) return { word: f.trouble, code: "" };
  if (f.failed) return { word: "no_path", code: f.failed };
  if (f.dead) return { word: "muted_in_system", code: "" };
  if (f.echo !== "done") return null;
  if (f.packets === 0) return { word: "no_path", code: "no_packets" };
  if (f.heard < speech) return { word: "not_heard", code: "" };
  if (f.back < speech) return { word: "no_path", code: "no_return" };
  return { word: "works", code: "" };
}
