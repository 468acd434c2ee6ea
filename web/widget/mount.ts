import type { Problem, WidgetInfo } from "../shared/protocol";

/** What a page may ask to be opened with: one of the ways, the code of an invitation, a message for later. */
export type OpenAt = "" | "chat" | "callback" | "voice" | "code" | "message";

/** What the loader hands over to the parts that it brings. */
export interface Mount {
  root: ShadowRoot;
  button: HTMLButtonElement;
  /** The server's origin. */
  base: string;
  /** The widget's name at the server. */
  widget: string;
  /** The script tag's own words: `language` is spoken whatever the page does, `invitation` is of the page that a link leads to. */
  data: { language?: string; invitation?: string };
  /** What the widget may offer; or, in its place, the server's refusal, which the loader tells. */
  info: Promise<WidgetInfo & Partial<Problem>>;
  /** What `sufler(…)` was called with and nobody has taken yet. */
  calls: ArrayLike<unknown>[];
  language(): string;
  /** Writes the closed button's own words anew. */
  label(): void;
  /** Brings the widget; with asked it opens, without it takes up what was left running. */
  open(asked: boolean, at?: OpenAt): Promise<void>;
}

declare global {
  interface Window {
    sufler?: { (...call: unknown[]): void; q?: ArrayLike<unknown>[] };
  }
}
