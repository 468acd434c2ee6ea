import type { Problem } from "./protocol";

/** A refusal of the server, or of the way to it (code "unreachable"). */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.code);
  }
}

export interface Client {
  /** The server's origin, "" for the page's own. */
  base?: string;
  /** Makes a repeated POST the same POST. */
  idempotencyKey?: string;
  /** The Bearer token, where the login belongs to a tab or a callback. */
  token?: string;
  language: string;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One request under /api/v1. Throws a Refusal, and nothing else. */
export async function request<T>(client: Client, method: Method, path: string, body?: unknown): Promise<T> {
  const answer = await send(client, method, path, body);
  if (!answer.ok) throw new Refusal(answer.status, await problemOf(answer));
  const text = await answer.text();
  return (text === "" ? {} : JSON.parse(text)) as T;
}

/** A file as bytes, for a login that no plain link can carry. */
export async function download(client: Client, path: string): Promise<Blob> {
  const answer = await send(client, "GET", path, undefined);
  if (!answer.ok) throw new Refusal(answer.status, await problemOf(answer));
  return answer.blob();
}

async function send(client: Client, method: Method, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { "Accept-Language": client.language };
  if (client.token) headers.Authorization = `Bearer ${client.token}`;
  if (client.idempotencyKey) headers["Idempotency-Key"] = client.idempotencyKey;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers };
  if (body !== undefined) init.body = JSON.stringify(body);
  try {
    return await fetch(`${client.base ?? ""}/api/v1${path}`, init);
  } catch {
    throw new Refusal(0, { code: "unreachable", title: "", detail: "" });
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  try {
    const p = (await answer.json()) as Partial<Problem>;
    return {
      code: p.code ?? `http_${answer.status}`,
      title: p.title ?? "",
      detail: p.detail ?? "",
      params: p.params ?? {},
      ...(p.flaws ? { flaws: p.flaws } : {}),
    };
  } catch {
    return { code: `http_${answer.status}`, title: "", detail: "" };
  }
}
