import { signal } from "@preact/signals";

/** An ear of the demo: plays what arrives at one built-in phone, as the phone sends it back. */

/** What is being listened to: the path after /demo/ear/, or "" for nothing. */
export const ear = signal("");
export const earState = signal<"off" | "opening" | "playing" | "lost">("off");

let context: AudioContext | undefined;
let player: AudioWorkletNode | undefined;
let socket: WebSocket | undefined;

/** Puts the ear somewhere else. Call it from a click: browsers are silent before one. */
export async function listenAt(where: string): Promise<void> {
  closeSocket();
  ear.value = where;
  earState.value = where === "" ? "off" : "opening";
  if (where === "") {
    await context?.suspend();
    return;
  }
  await startPlayer();
  if (ear.value === where) openSocket(where);
}

async function startPlayer(): Promise<void> {
  if (!context) {
    context = new AudioContext({ sampleRate: 8000 });
    await context.audioWorklet.addModule(EAR_WORKLET);
    player = new AudioWorkletNode(context, "ear", { numberOfInputs: 0, outputChannelCount: [1] });
    player.connect(context.destination);
  }
  await context.resume();
}

function openSocket(where: string): void {
  const url = new URL(`/api/v1/demo/ear/${where}`, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(url);
  opened.binaryType = "arraybuffer";
  opened.onmessage = (e: MessageEvent<ArrayBuffer>) => take(e.data);
  opened.onclose = () => {
    if (socket !== opened) return;
    earState.value = "lost";
    setTimeout(() => {
      if (socket === opened) openSocket(where);
    }, 1000);
  };
  socket = opened;
}

function take(data: ArrayBuffer): void {
  earState.value = "playing";
  player?.port.postMessage(data, [data]);
}

function closeSocket(): void {
  const old = socket;
  socket = undefined;
  old?.close();
}
