import type { Browser } from "playwright-core";

export function startDemo(root: string): Promise<{ url: string; stop(): Promise<void> }>;
export function startBrowser(flags?: string[]): Promise<Browser>;
export function until<T>(ask: () => Promise<T>, what: string, ms?: number): Promise<T>;
