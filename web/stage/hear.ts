import { signal } from "@preact/signals";
import { ear, listenAt } from "../shared/ear/ear";
import type { Role } from "../shared/protocol";
import { howlGuard } from "../shared/sound/howl";

/** The reader's ear goes to a telephone of the stage, unless another window's open microphone would hear the loudspeaker. */

/** The ear that waits for headphones, "" for none. */
export const howlAsked = signal<Role | "">("");

const guard = howlGuard();

/** From a click: browsers are silent before one. */
export async function hear(role: Role): Promise<void> {
  const silentNow = ear.peek() === "";
  howlAsked.value = silentNow && (await guard.wouldHowl()) ? role : "";
  if (howlAsked.value === "") await listenAt(role);
}

/** The reader has headphones on. */
export async function hearAllTheSame(): Promise<void> {
  const role = howlAsked.peek();
  howlAsked.value = "";
  await listenAt(role);
}

export async function stopHearing(): Promise<void> {
  howlAsked.value = "";
  await listenAt("");
}
