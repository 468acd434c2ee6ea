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
  const made = [...crypto.getRandomValues(new Uint8Array(32))].map((b) => b.toString(16).padStart(2, "0")).join("");
  localStorage.setItem(browserKey, made);
  return made;
}
