import { computed, effect, signal } from "@preact/signals";
import type { CallRecord, FileName } from "../../shared/protocol";
import { unlock } from "../../shared/sound/output";
import { attempt } from "../account";
import { gainsOf, type Lane, lanesOf, lengthOf, playable } from "./lanes";
import { addressOf, type Fetched } from "./save";
import { Sound } from "./sound";

export function pathOf(call: string, file: FileName): string {
  return `/records/${call}/files/${file}`;
}

const speeds = [1, 1.5, 2];

/** The sound of one record: one playhead over all its voices. Nothing is fetched before somebody wants to hear it. */
export class Player {
  readonly length: number;
  readonly files: readonly FileName[];
  /** The file that is heard; undefined: there is none for this reader. */
  readonly file = signal<FileName | undefined>(undefined);
  readonly lanes = computed<readonly Lane[]>(() => lanesOf(this.record, this.file.value ?? "training.wav"));
  /** Plays, or will as soon as it can. */
  readonly playing = signal(false);
  /** Where the playhead stands, in milliseconds. */
  readonly position = signal(0);
  readonly speed = signal(1);
  readonly muted = signal<ReadonlySet<string>>(new Set());
  readonly solo = signal<ReadonlySet<string>>(new Set());
  /** The browser cannot play the file. */
  readonly failed = signal(false);

  private sound: { readonly of: Sound; readonly file: Fetched } | undefined;
  private drawn = 0;
  /** Grows with each file that is put away: what was being fetched for an earlier one is not wanted any more. */
  private turn = 0;
  private readonly stopHearing: () => void;

  constructor(readonly record: CallRecord) {
    this.length = lengthOf(record);
    this.files = playable(record);
    this.file.value = this.files[0];
    this.stopHearing = effect(() => {
      const gains = this.gains();
      this.sound?.of.hear(gains);
    });
  }

  toggle(): void {
    if (this.playing.peek()) this.pause();
    else void this.play();
  }

  async play(): Promise<void> {
    if (!this.file.peek()) return;
    this.playing.value = true;
    this.failed.value = false;
    if (this.position.peek() >= this.length) this.position.value = 0;
    await unlock();
    const sound = await this.loaded();
    if (!sound || !this.playing.peek()) return;
    sound.element.currentTime = this.position.peek() / 1000;
    sound.element.playbackRate = this.speed.peek();
    await sound.element.play().catch((e: unknown) => {
      const aborted = e instanceof DOMException && e.name === "AbortError"; // by a pause, or by another file
      if (!aborted && this.sound?.of === sound) this.stopped();
    });
  }

  pause(): void {
    this.stopped();
    this.sound?.of.element.pause();
  }

  seek(ms: number): void {
    this.position.value = Math.max(0, Math.min(this.length, ms));
    if (this.sound) this.sound.of.element.currentTime = this.position.peek() / 1000;
  }

  nextSpeed(): void {
    this.speed.value = speeds[(speeds.indexOf(this.speed.peek()) + 1) % speeds.length] ?? 1;
    if (this.sound) this.sound.of.element.playbackRate = this.speed.peek();
  }

  /** Another file, heard on from the same place. */
  choose(file: FileName): void {
    const ran = this.playing.peek();
    this.unload();
    this.file.value = file;
    if (ran) void this.play();
  }

  toggleMute(key: string): void {
    this.muted.value = toggled(this.muted.peek(), key);
  }

  toggleSolo(key: string): void {
    this.solo.value = toggled(this.solo.peek(), key);
  }

  close(): void {
    this.stopHearing();
    this.unload();
  }

  /** 1 while a voice is let through, else 0. */
  gainOf(lane: Lane): number {
    return this.gains()[lane.channel ?? -1] ?? 0;
  }

  private gains(): number[] {
    return gainsOf(this.lanes.value, this.muted.value, this.solo.value);
  }

  /** The file's sound, fetched once; undefined: it was refused, or is not wanted any more. */
  private async loaded(): Promise<Sound | undefined> {
    const name = this.file.peek();
    if (this.sound || !name) return this.sound?.of;
    const turn = ++this.turn;
    const file = await attempt(() => addressOf(pathOf(this.record.row.call, name)));
    if (turn !== this.turn || !file) {
      file?.release();
      if (turn === this.turn) this.stopped();
      return undefined;
    }
    const sound = new Sound(file.url, this.gains());
    sound.element.onplaying = () => this.follow();
    sound.element.onended = () => this.ended();
    sound.element.onerror = () => {
      this.failed.value = true;
      this.stopped();
    };
    this.sound = { of: sound, file };
    return sound;
  }

  private unload(): void {
    this.stopped();
    this.turn += 1;
    if (!this.sound) return;
    const { of, file } = this.sound;
    this.sound = undefined;
    of.element.onplaying = of.element.onended = of.element.onerror = null;
    of.close();
    file.release();
  }

  private follow(): void {
    cancelAnimationFrame(this.drawn);
    if (!this.sound || !this.playing.peek()) return;
    this.position.value = Math.min(this.length, this.sound.of.element.currentTime * 1000);
    this.drawn = requestAnimationFrame(() => this.follow());
  }

  private ended(): void {
    this.stopped();
    this.position.value = this.length;
  }

  private stopped(): void {
    cancelAnimationFrame(this.drawn);
    this.playing.value = false;
  }
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
