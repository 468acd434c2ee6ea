import type { Requests } from "./api.gen";
import { type Client, type Method, request } from "./request";

/** One request by its name in the description, with the values of the names in its path. Throws a Refusal, and nothing else. */
export function ask<R extends keyof Requests>(
  client: Client,
  what: R,
  body: Requests[R]["body"],
  names: Readonly<Record<string, string>> = {},
): Promise<Requests[R]["answer"]> {
  const [method, path = ""] = what.split(" ");
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ""));
  return request<Requests[R]["answer"]>(client, method as Method, filled, body);
}
