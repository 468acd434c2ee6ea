/**
 * A voice to be sent: of a microphone, of a record, or silence. This file knows
 * getUserMedia and its refusals, and nothing of calls.
 */

/** Why there is no microphone. The texts have a sentence for each. */
export type MicrophoneTrouble = "no_microphone" | "refused" | "in_use" | "insecure_page" | "unsupported";

export class NoMicrophone extends Error {
  constructor(readonly word: MicrophoneTrouble) {
    super(word);
  }
}

export interface Voice {
  readonly kind: "microphone" | "recorded";
  readonly track: MediaStreamTrack;
  /** Stops what makes it: the browser's sign of an open microphone goes. */
  close(): void;
}

export interface Wish {
  /** A device's id, "" for the system's own choice. */
  device: string;
  /** Echo, noise and loudness are corrected by the browser. */
  clean: boolean;
}

/** Asks for the microphone; the browser may ask its person. Throws NoMicrophone. */
export async function openMicrophone(wish: Wish): Promise<Voice> {
  if (!navigator.mediaDevices?.getUserMedia) throw new NoMicrophone(isSecureContext ? "unsupported" : "insecure_page");
  try {
    return microphoneOf(await navigator.mediaDevices.getUserMedia({ audio: constraints(wish) }));
  } catch (e) {
    throw new NoMicrophone(troubleOf(e));
  }
}

function microphoneOf(stream: MediaStream): Voice {
  const track = stream.getAudioTracks()[0];
  if (!track) throw new NoMicrophone("no_microphone");
  return { kind: "microphone", track, close: () => track.stop() };
}

/** The device is a wish only: one that was unplugged is replaced by the system's own choice. */
function constraints(wish: Wish): MediaTrackConstraints {
  return {
    ...(wish.device ? { deviceId: { ideal: wish.device } } : {}),
    echoCancellation: wish.clean,
    noiseSuppression: wish.clean,
    autoGainControl: wish.clean,
  };
}

/** The names are those of Media Capture and Streams, section 10.1.3. */
export function troubleOf(e: unknown): MicrophoneTrouble {
  if (e instanceof NoMicrophone) return e.word;
  switch (e instanceof Error || e instanceof DOMException ? e.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotReadableError":
    case "AbortError":
      return "in_use";
    case "NotFoundError":
    case "OverconstrainedError":
      return "no_microphone";
    default:
      return "unsupported";
  }
}

/** Whether the browser would give the microphone without asking; "unknown" where it does not tell. */
export async function permission(): Promise<PermissionState | "unknown"> {
  try {
    return (await navigator.permissions.query({ name: "microphone" as PermissionName })).state;
  } catch {
    return "unknown";
  }
}
