import { computed, signal } from "@preact/signals";
import type { Event, Leg, Measured } from "../../shared/protocol";

/** The legs of the person here, and which of their pages holds the sound. Only this file writes it. */

/** This page holds the sound: calls ring here. */
export const here = signal(false);
/** Some page of this person does. */
export const held = signal(false);
/** With those that have ended a moment ago. */
export const legs = signal<readonly Leg[]>([]);
/** What the server hears of a leg that checks its sound. */
export const measured = signal<Measured | null>(null);

/** Legs that wait for their person's answer, oldest first. An expected one is answered by the page. */
export const ringing = computed(() => legs.value.filter((l) => l.state === "rings" && !l.expected));

/** Only a leg without a call checks the sound; every other one is somebody's to talk on. */
export const isCheck = (l: Leg) => l.call === "";

export function legByID(id: string): Leg | undefined {
  return legs.value.find((l) => l.id === id);
}

export function takeLegEvent(e: Event): void {
  switch (e.kind) {
    case "leg.changed":
      takeLeg(e.data);
      break;
    case "sound.changed":
      here.value = e.data.here;
      held.value = e.data.held;
      break;
    case "sound.measured":
      measured.value = e.data;
      break;
    default:
      break;
  }
}

const kept = 20;

function takeLeg(l: Leg): void {
  const known = legs.value.some((x) => x.id === l.id);
  legs.value = known ? legs.value.map((x) => (x.id === l.id ? l : x)) : [...legs.value, l].slice(-kept);
}

/** A leg that was hung up here is over before the server says so: nobody takes it up again meanwhile. */
export function endLeg(id: string): void {
  const l = legByID(id);
  if (l) takeLeg({ ...l, state: "ended" });
}

/** After a hello each leg that has not ended is told anew, and nobody holds the sound until it is said. */
export function forgetLegs(): void {
  legs.value = [];
  here.value = held.value = false;
}
