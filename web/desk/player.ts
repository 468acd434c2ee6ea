import { signal } from "@preact/signals";
import type { FileName } from "../shared/protocol";
import { download } from "../shared/request";
import { client, tabToken } from "./session";

/** The sound of one record: an audio element without a face, and where it stands. */

export const playing = signal(false);
export const position = signal(0);
export const speed = signal(1);
export const fileName = signal<FileName>("client.wav");
export const failed = signal(false);

const audio = new Audio();
audio.preload = "metadata";
let made = "";
let frame = 0;

audio.onplay = () => {
  playing.value = true;
  follow();
};
audio.onpause = audio.onended = () => {
  playing.value = false;
  cancelAnimationFrame(frame);
  position.value = audio.currentTime * 1000;
};
audio.onerror = () => {
  failed.value = audio.currentSrc !== "";
};

function follow(): void {
  position.value = audio.currentTime * 1000;
  frame = requestAnimationFrame(follow);
}

export function pathOf(call: string, file: FileName): string {
  return `/records/${call}/files/${file}`;
}

/** An address that the browser can fetch by itself. A login that lives in a tab cannot ride on one, so its file is fetched here. */
export async function addressOf(call: string, file: FileName): Promise<string> {
  if (!tabToken()) return `/api/v1${pathOf(call, file)}`;
  return URL.createObjectURL(await download(client(), pathOf(call, file)));
}

/** Loads a file and stays at the place that was reached in the one before. */
export async function load(call: string, file: FileName): Promise<void> {
  const [at, ran] = [audio.currentTime, playing.value];
  fileName.value = file;
  failed.value = false;
  audio.pause();
  const address = await addressOf(call, file);
  if (made) URL.revokeObjectURL(made);
  made = address.startsWith("blob:") ? address : "";
  audio.src = address;
  audio.currentTime = at;
  audio.playbackRate = speed.value;
  if (ran) await audio.play();
}

export function toggle(): void {
  if (audio.paused) void audio.play();
  else audio.pause();
}

export function seek(ms: number): void {
  audio.currentTime = Math.max(0, ms / 1000);
  position.value = Math.max(0, ms);
}

const speeds = [1, 1.5, 2, 0.75];

export function nextSpeed(): void {
  speed.value = speeds[(speeds.indexOf(speed.value) + 1) % speeds.length] ?? 1;
  audio.playbackRate = speed.value;
}

export function close(): void {
  audio.pause();
  audio.removeAttribute("src");
  position.value = 0;
  failed.value = false;
}
