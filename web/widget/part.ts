import { signal } from "@preact/signals";
import { type Catalogue, learn } from "../shared/text";
import { here, root } from "./state";

/** What a part brings beside its code: its looks and its words. */
interface Brought {
  sheet: string;
  catalogue: Catalogue;
}

/** A part of the widget that comes when somebody reaches for it. */
export class Part<T extends Brought> {
  readonly here = signal<T | null>(null);
  private coming: Promise<T> | undefined;

  constructor(private readonly load: () => Promise<T>) {}

  /** Brings it once. Where it could not be fetched, the next one to ask tries again. */
  bring(): Promise<T> {
    this.coming ??= this.fetch().catch((e) => {
      this.coming = undefined;
      throw e;
    });
    return this.coming;
  }

  private async fetch(): Promise<T> {
    const part = await this.load();
    await learn(part.catalogue);
    dress(part.sheet);
    this.here.value = part;
    return part;
  }
}

let paint = (css: string) => css;

/** Brings what a browser needs that is older than our style sheets. */
export async function dressOld(): Promise<void> {
  if (CSS.supports("color", "light-dark(red, red)")) return;
  const old = await import("./old");
  paint = old.light;
  dress(old.themeOf(await here().info));
}

/** Adds a style sheet to the widget's own root; the page around it is not touched. */
export function dress(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(paint(css));
  root().adoptedStyleSheets = [...root().adoptedStyleSheets, sheet];
}
