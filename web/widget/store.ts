/** What the widget keeps in the customer's page's own storage: one request, and a random name of this browser. */

const requestKey = "sufler.callback";
const browserKey = "sufler.browser";

export interface KeptRequest {
  id: string;
  token: string;
}

export function loadRequest(): KeptRequest | null {
  try {
    const kept = JSON.parse(localStorage.getItem(requestKey) ?? "null") as Partial<KeptRequest> | null;
    return kept?.id && kept.token ? { id: kept.id, token: kept.token } : null;
  } catch {
    return null;
  }
}

export function keepRequest(r: KeptRequest | null): void {
  if (r) localStorage.setItem(requestKey, JSON.stringify(r));
  else localStorage.removeItem(requestKey);
}

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
