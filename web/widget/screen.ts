/**
 * On a phone the keyboard covers the lower half of a page without telling its layout: the panel follows what is left
 * to see, so that the line being written stays above the keyboard.
 */
let followed: HTMLElement | null = null;

/** The panel that is open, null when it has been closed. */
export function followKeyboard(panel: HTMLElement | null): void {
  const seen = window.visualViewport;
  followed = panel;
  for (const change of ["resize", "scroll"]) {
    if (panel) seen?.addEventListener(change, fit);
    else seen?.removeEventListener(change, fit);
  }
  fit();
}

function fit(): void {
  const seen = window.visualViewport;
  if (!followed || !seen) return;
  const phone = matchMedia("(max-width: 480px)").matches;
  followed.style.top = phone ? `${seen.offsetTop}px` : "";
  followed.style.bottom = phone ? "auto" : "";
  followed.style.height = phone ? `${seen.height}px` : "";
}
