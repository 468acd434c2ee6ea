import { signal } from "@preact/signals";

/** Where in the desk one is, kept behind the # so that every place has an address and the server needs no list of them. */
export type Route =
  | { page: "desk" }
  | { page: "team" }
  | { page: "card"; call: string }
  | { page: "missed" }
  | { page: "visitors" }
  | { page: "day" }
  | { page: "bans" }
  | { page: "settings"; section: string }
  | { page: "records" }
  | { page: "record"; call: string };

const plainPages = ["team", "missed", "visitors", "day", "bans"] as const;

export function parse(hash: string): Route {
  const [first, second] = hash.replace(/^#\/?/, "").split("/");
  const plain = plainPages.find((p) => p === first);
  if (plain) return { page: plain };
  if (first === "settings") return { page: "settings", section: second ?? "" };
  if (first === "calls" && second) return { page: "card", call: second };
  if (first === "records") return second ? { page: "record", call: second } : { page: "records" };
  return { page: "desk" };
}

export function address(r: Route): string {
  switch (r.page) {
    case "desk":
      return "#/";
    case "team":
    case "missed":
    case "visitors":
    case "day":
    case "bans":
      return `#/${r.page}`;
    case "settings":
      return r.section ? `#/settings/${r.section}` : "#/settings";
    case "card":
      return `#/calls/${r.call}`;
    case "records":
      return "#/records";
    case "record":
      return `#/records/${r.call}`;
  }
}

export const route = signal<Route>({ page: "desk" });

export function startRouting(): void {
  const read = () => {
    route.value = parse(location.hash);
  };
  addEventListener("hashchange", read);
  read();
}

export function go(to: Route): void {
  location.hash = address(to);
}
