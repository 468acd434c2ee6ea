import type { WidgetInfo } from "../shared/protocol";

/** A browser older than light-dark(): it has the colours of light ground, and the rest of the widget as it is. */

/** "light-dark(a, b)" -> "a"; a colour may have brackets of its own. */
export const light = (css: string) =>
  css.replace(/light-dark\(((?:[^(),]|\([^()]*\))+),(?:[^()]|\([^()]*\))+\)/g, "$1");

/** The site's colours once more: how the loader says them is not understood. */
export function themeOf({ position, theme }: WidgetInfo): string {
  const colours = Object.entries(theme).map(([name, c]) => `--sufler-${name}:${c.light};`);
  return `:host(.${position}){${colours.join("")}color-scheme:light}`;
}
