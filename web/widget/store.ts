/** What the widget keeps in the customer's page's own storage: what runs, and a random name of this browser. */

const browserKey = "sufler.browser";

/** What is needed to come back to something of the visitor's. */
export interface Kept {
  id: string;
  token: string;
  /** Of a talk: what speaks in it. */
  voice?: "microphone" | "recorded";
}

function place(key: string) {
  return {
    load(): Kept | null {
      try {
        const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<Kept> | null;
        return kept?.id && kept.token ? { ...kept, id: kept.id, token: kept.token } : null;
      } catch {
        return null;
      }
    },
    keep(k: Kept | null): void {
      if (k) localStorage.setItem(key, JSON.stringify(k));
      else localStorage.removeItem(key);
    },
  };
}

/** The loader knows these keys too. */
export const keptCallback = place("sufler.callback");
export const keptTalk = place("sufler.talk");

/** 256 random bits, made when the visitor first agrees to something; limits count by it. */
export function browserName(): string {
  const kept = localStorage.getItem(browserKey);
  if (kept) return kept;
  const made = randomName(32);
  localStorage.setItem(browserKey, made);
  return made;
}

/** Random bytes as text. (crypto.randomUUID would do, but not on a shop that still runs without https.) */
export function randomName(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
}
