/**
 * What the widget keeps in the customer's page's own storage, and nowhere else. Until the visitor may be remembered it
 * keeps things in the page's memory, where they end with the page.
 */

type Where = "localStorage" | "sessionStorage";

const ours = "sufler.";
const agreed = "sufler.consent";
const memory = new Map<string, string>();
let allowed = false;

/** Whether this visitor may be remembered: their site does not ask, or they have agreed. */
export function mayKeep(ask: boolean): boolean {
  allowed = !ask || read("localStorage", agreed) !== null;
  return allowed;
}

/** The visitor agrees: what was in the page's memory is kept from now on. */
export function agree(): void {
  allowed = true;
  write("localStorage", agreed, "yes");
  for (const [name, value] of memory) {
    const [where, key] = name.split(" ") as [Where, string];
    write(where, key, value);
  }
  memory.clear();
}

/** The visitor takes it back: nothing of ours stays in this browser. What runs goes on until the page is left. */
export function withdraw(): void {
  for (const where of ["localStorage", "sessionStorage"] as const) {
    for (const key of keysOf(where)) {
      const value = read(where, key);
      if (value !== null && key !== agreed) memory.set(`${where} ${key}`, value);
      write(where, key, null);
    }
  }
  allowed = false;
}

/** A browser may refuse its storage altogether; then memory is all there is. */
function read(where: Where, key: string): string | null {
  try {
    return globalThis[where].getItem(key);
  } catch {
    return null;
  }
}

function write(where: Where, key: string, value: string | null): void {
  try {
    if (value === null) globalThis[where].removeItem(key);
    else globalThis[where].setItem(key, value);
  } catch {
    if (value !== null) memory.set(`${where} ${key}`, value);
  }
}

function keysOf(where: Where): string[] {
  try {
    return Object.keys(globalThis[where]).filter((k) => k.startsWith(ours));
  } catch {
    return [];
  }
}

/** A place for one text, which the page's owner finds under its key. */
function text(where: Where, key: string) {
  const name = `${where} ${key}`;
  return {
    load: (): string | null => memory.get(name) ?? read(where, key),
    keep(value: string | null): void {
      memory.delete(name);
      if (value !== null && !allowed) memory.set(name, value);
      else write(where, key, value);
    },
  };
}

/** The same for what is more than a text; check takes what another version has left there for nothing. */
export function place<T>(where: Where, key: string, check: (kept: Partial<T>) => T | null) {
  const at = text(where, key);
  return {
    load(): T | null {
      try {
        const kept = JSON.parse(at.load() ?? "null") as Partial<T> | null;
        return kept ? check(kept) : null;
      } catch {
        return null;
      }
    },
    keep: (value: T | null): void => at.keep(value === null ? null : JSON.stringify(value)),
  };
}

/** What is needed to come back to something of the visitor's. */
export interface Kept {
  id: string;
  token: string;
  /** Of a talk: what speaks in it. */
  voice?: "microphone" | "recorded";
}

const withToken = (k: Partial<Kept>): Kept | null => (k.id && k.token ? { ...k, id: k.id, token: k.token } : null);

export const keptCallback = place<Kept>("localStorage", "sufler.callback", withToken);
export const keptTalk = place<Kept>("localStorage", "sufler.talk", withToken);
/** Something of a chat is kept at the server: its page comes back to it. */
export const keptChat = text("localStorage", "sufler.chat");
/** The panel is open in this tab. */
export const keptOpen = text("sessionStorage", "sufler.open");

/** The message that comes by itself has come, or is not needed any more. */
export const keptGreeting = text("sessionStorage", "sufler.greeted");

/** Something of this visitor's may still run, or was open. */
export const somethingKept = () => [keptCallback, keptTalk, keptChat, keptOpen].some((k) => k.load() !== null);

const keptName = text("localStorage", "sufler.browser");

/** 256 random bits, made when the visitor first asks for something: who they are to us. */
export function browserName(): string {
  const name = keptName.load() ?? randomName(32);
  keptName.keep(name);
  return name;
}

/** Random bytes as text. (crypto.randomUUID would do, but not on a shop that still runs without https.) */
export function randomName(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
}
