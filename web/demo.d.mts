import type { Browser } from "playwright-core";

/** sip is where its telephones are reached, binary the program that it is. */
export interface Demo {
  url: string;
  sip: string;
  binary: string;
  stop(): Promise<void>;
}

/** link is what it has printed for its first owner. */
export interface Empty {
  url: string;
  link: string;
  stop(): Promise<void>;
}

export function startDemo(root: string): Promise<Demo>;
export function startEmpty(root: string): Promise<Empty>;
export function startBrowser(flags?: string[]): Promise<Browser>;
export function until<T>(ask: () => Promise<T>, what: string, ms?: number): Promise<T>;
