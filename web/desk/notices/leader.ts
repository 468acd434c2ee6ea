/** Of several tabs of one person in one browser only one makes noises: who was first, and after them the next. */

let leads = typeof navigator === "undefined" || navigator.locks === undefined; // without locks each is on its own

export function startLeading(person: string): void {
  if (navigator.locks === undefined) return;
  void navigator.locks.request(`sufler.notices.${person}`, () => {
    leads = true;
    return new Promise<void>(() => {}); // until the tab is closed
  });
}

export const isLeader = () => leads;
