import type { Socket } from "../transport";

/** A socket by script: what was sent, and a hand to say what the server says. */
export class Scripted implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((e: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  /** Whether it was to be one of plain requests. */
  constructor(readonly plain = false) {}
  sent: { id: number; do: string; data: unknown }[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as { id: number; do: string; data: unknown });
  }
  close(): void {
    this.closed = true;
  }
  says(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}
