import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after } from "node:test";

const rate = 48_000;

/** The flags of a browser whose microphone says a tone at -20 dBFS, with loopback among its ways. */
export function microphone(hertz: number): string[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sufler-tone-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, `${hertz}.wav`);
  writeFileSync(file, wave(hertz));
  return [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-audio-capture=${file}`,
    "--allow-loopback-in-peer-connection",
  ];
}

/** A second in whole periods, which Chromium loops: 16 bit, one channel. */
function wave(hertz: number): Buffer {
  const head = Buffer.from("RIFF\0\0\0\0WAVEfmt \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0data\0\0\0\0", "latin1");
  const body = Buffer.alloc(2 * rate);
  for (let i = 0; i < rate; i++) {
    body.writeInt16LE(Math.round(0.1414 * 32767 * Math.sin((2 * Math.PI * hertz * i) / rate)), 2 * i);
  }
  for (const [value, at] of [
    [36 + body.length, 4],
    [16, 16],
    [rate, 24],
    [2 * rate, 28],
    [body.length, 40],
  ] as const) {
    head.writeUInt32LE(value, at);
  }
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ] as const) {
    head.writeUInt16LE(value, at);
  }
  return Buffer.concat([head, body]);
}
