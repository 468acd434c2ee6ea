import { computed, signal } from "@preact/signals";
import { observe } from "../shared/clock";
import type { Call, Event, Member, Meter, Offer, Place } from "../shared/protocol";
import { me } from "./account";

/** What the desk knows, kept whole by the server's events. Only this file writes it. */

export const places = signal<readonly Place[]>([]);
export const people = signal<readonly Member[]>([]);
export const calls = signal<readonly Call[]>([]);
export const offers = signal<readonly Offer[]>([]);
export const meter = signal<Meter | null>(null);
/** The call whose levels this desk shows, "" for none. */
export const watched = signal("");
/** Own calls that are over and were put away. */
const putAway = signal<ReadonlySet<string>>(new Set());

export const myself = computed(() => people.value.find((p) => p.id === me.value?.id));
export const waiting = computed(() => [...places.value].sort((a, b) => a.since.localeCompare(b.since)));
export const running = computed(() => calls.value.filter((c) => c.state !== "ended"));

/** The operator's own call: the running one, else the one that has just ended and is not put away. */
export const mine = computed(() => {
  const own = calls.value.filter((c) => c.agent?.id === me.value?.id && !putAway.value.has(c.id));
  return own.find((c) => c.state !== "ended") ?? own.sort((a, b) => b.started_at.localeCompare(a.started_at))[0];
});

export function callByID(id: string): Call | undefined {
  return calls.value.find((c) => c.id === id);
}

export function finish(call: string): void {
  putAway.value = new Set([...putAway.value, call]);
}

type Named = { id: string };

function replaced<T extends Named>(all: readonly T[], one: T): readonly T[] {
  return all.some((x) => x.id === one.id) ? all.map((x) => (x.id === one.id ? one : x)) : [...all, one];
}

/** A call as a request answered it; the events that follow replace it. */
export function takeCall(c: Call): void {
  calls.value = replaced(calls.value, c);
}

/** One word of the server, in order. */
export function takeEvent(e: Event): void {
  observe(e.at);
  switch (e.kind) {
    case "desk.snapshot":
      takeSnapshot(e.data);
      break;
    case "place.changed":
      places.value = replaced(places.value, e.data);
      break;
    case "place.left":
      places.value = places.value.filter((p) => p.id !== e.data.id);
      break;
    case "offer.made":
      offers.value = [...withoutOffer(e.data.place.id), e.data];
      break;
    case "offer.ended":
      offers.value = withoutOffer(e.data.place);
      break;
    case "member.changed":
      people.value = replaced(people.value, e.data);
      break;
    case "call.changed":
      takeCall(e.data);
      break;
    case "call.metered":
      if (e.data.call === watched.value) meter.value = e.data;
      break;
    default:
      break;
  }
}

const withoutOffer = (place: string) => offers.value.filter((o) => o.place.id !== place);

/** Live state comes whole after each hello; only calls that have ended meanwhile are kept, for the pages that show them. */
function takeSnapshot(all: { places: Place[]; people: Member[]; calls: Call[]; offers: Offer[] }): void {
  const ended = calls.value.filter((c) => c.state === "ended" && !all.calls.some((x) => x.id === c.id));
  places.value = all.places;
  people.value = all.people;
  calls.value = [...all.calls, ...ended];
  offers.value = all.offers;
}
