/** The number on the tab's icon (installed as an app: on the app's icon). Not every browser has one. */
export function badge(n: number): void {
  const done = n > 0 ? navigator.setAppBadge?.(n) : navigator.clearAppBadge?.();
  done?.catch(() => {}); // only an installed page has a badge
}
