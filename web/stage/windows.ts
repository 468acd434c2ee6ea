/** The windows of the roles: where they stand on the screen, and which of them are open. */

export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What of the screen a window may cover. */
export interface Room {
  availLeft: number;
  availTop: number;
  availWidth: number;
  availHeight: number;
}

export type WindowName = "sufler-anna" | "sufler-sofia" | "sufler-shop";

const order: readonly WindowName[] = ["sufler-anna", "sufler-sofia", "sufler-shop"];
const widest = 1280;
const tallest = 860;
const narrowest = 720;
const stair = 48;

/** The desks side by side where the screen is wide enough, the shop between them; else all like cards on a stair. */
export function placeOf(name: WindowName, room: Room): Place {
  const n = order.indexOf(name);
  const half = Math.floor(room.availWidth / 2);
  const beside = half >= narrowest;
  const width = Math.min(widest, beside ? half : room.availWidth - 2 * stair);
  const height = Math.min(tallest, room.availHeight - 2 * stair);
  const columns = [0, room.availWidth - width, Math.floor((room.availWidth - width) / 2)];
  const left = room.availLeft + (beside ? (columns[n] ?? 0) : n * stair);
  return { left, top: room.availTop + (beside ? Math.floor(n / 2) : n) * stair, width, height };
}

const opened = new Map<WindowName, Window>();

/** Opens a window, or brings the one that is open to the front: loading it anew would interrupt a talk in it. false: refused. */
export function openBeside(name: WindowName, url: string): boolean {
  const before = opened.get(name);
  if (before && !before.closed) {
    before.focus();
    return true;
  }
  const p = placeOf(name, roomOf(screen));
  const made = window.open(url, name, `popup,left=${p.left},top=${p.top},width=${p.width},height=${p.height}`);
  if (!made) return false;
  opened.set(name, made);
  return true;
}

/** Where the screen begins, of several side by side; browsers tell it and the types do not know it. */
function roomOf(s: Screen & Partial<Pick<Room, "availLeft" | "availTop">>): Room {
  return {
    availLeft: s.availLeft ?? 0,
    availTop: s.availTop ?? 0,
    availWidth: s.availWidth,
    availHeight: s.availHeight,
  };
}
