import { download } from "../../shared/request";
import { client, tabToken } from "../account";

/** Files of the server for the browser itself: to play, and to keep. */

export interface Fetched {
  readonly url: string;
  /** Gives back what the browser holds for the address. */
  release(): void;
}

/** An address that the browser can fetch from by itself. A login that lives in a tab cannot ride on one, so its file is fetched here, whole. */
export async function addressOf(path: string): Promise<Fetched> {
  if (!tabToken()) return { url: `/api/v1${path}`, release: () => {} };
  const url = URL.createObjectURL(await download(client(), path));
  return { url, release: () => URL.revokeObjectURL(url) };
}

/** Puts a file where the browser keeps downloads. */
export async function save(path: string, name: string): Promise<void> {
  const file = await addressOf(path);
  const link = document.createElement("a");
  link.href = file.url;
  link.download = name;
  link.click();
  file.release();
}
