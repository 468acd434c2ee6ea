import { randomName } from "./store";

/** The same words asked again, after an answer that was lost, are the same request. */
export class Once {
  private last = { words: "", key: "" };

  key(body: object): string {
    const words = JSON.stringify(body);
    if (this.last.words !== words) this.last = { words, key: randomName(16) };
    return this.last.key;
  }

  /** It has been answered: the next one is another request, be it the same. */
  done(): void {
    this.last = { words: "", key: "" };
  }
}
