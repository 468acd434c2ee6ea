import { spawn } from "node:child_process";
import { once } from "node:events";
import { until } from "../demo.mjs";
import { theDemo } from "./rig";

/** A telephone of the demo's house, beside the browser. */
export interface Telephone {
  /** Its newest line of a shape, once it has said one. */
  says(shape: RegExp): Promise<RegExpExecArray>;
  /** Forgets what it has said, so that only what it says from now on counts. */
  forget(): void;
  stop(): Promise<void>;
}

/** `sufler phone` with these arguments. */
export function telephone(...args: string[]): Telephone {
  const { binary, sip } = theDemo();
  const phone = spawn(binary, ["phone", "-server", sip, "-listen", "127.0.0.1:0", ...args]);
  let said = "";
  for (const out of [phone.stdout, phone.stderr]) {
    out.on("data", (text) => {
      said += String(text);
    });
  }
  const newest = (shape: RegExp) => {
    const lines = said.split("\n").reverse();
    return lines.map((l) => shape.exec(l)).find((m) => m !== null);
  };
  return {
    says: async (shape) => {
      const found = await until(async () => newest(shape), `a telephone that says ${shape}`);
      if (!found) throw new Error("until gave nothing");
      return found;
    },
    forget: () => {
      said = "";
    },
    stop: async () => {
      if (phone.exitCode === null && phone.kill("SIGINT")) await once(phone, "exit");
    },
  };
}

/** One of the server's figures, by its name with its labels. */
export async function figure(name: string): Promise<number> {
  const all = await (await fetch(`${theDemo().url}/metrics`)).text();
  const line = all.split("\n").find((l) => l.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}
