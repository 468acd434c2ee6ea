import { computed, signal } from "@preact/signals";
import { count } from "../shared/format";
import type { Key } from "../shared/text";

export type ArticleID = "desk" | "read" | "globe" | "wall" | "lantern" | "bulb";

export interface Article {
  id: ArticleID;
  name: Key;
  what: Key;
  /** Whole crowns. */
  price: number;
  watts: number;
  height: number;
}

export const articles: readonly Article[] = [
  { id: "desk", name: "shop.desk", what: "shop.desk_what", price: 1490, watts: 9, height: 46 },
  { id: "read", name: "shop.read", what: "shop.read_what", price: 2190, watts: 11, height: 148 },
  { id: "globe", name: "shop.globe", what: "shop.globe_what", price: 3290, watts: 15, height: 40 },
  { id: "wall", name: "shop.wall", what: "shop.wall_what", price: 1190, watts: 7, height: 22 },
  { id: "lantern", name: "shop.lantern", what: "shop.lantern_what", price: 890, watts: 4, height: 31 },
  { id: "bulb", name: "shop.bulb", what: "shop.bulb_what", price: 149, watts: 6, height: 11 },
];

const basketKey = "shop.basket";
type Basket = Partial<Record<ArticleID, number>>;

function kept(): Basket {
  try {
    return JSON.parse(sessionStorage.getItem(basketKey) ?? "{}") as Basket;
  } catch {
    return {};
  }
}

export const basket = signal<Basket>(kept());
export const pieces = computed(() => Object.values(basket.value).reduce((sum, n) => sum + n, 0));
export const total = computed(() => articles.reduce((sum, a) => sum + a.price * (basket.value[a.id] ?? 0), 0));

export function put(id: ArticleID, n: number): void {
  const next = { ...basket.value, [id]: Math.max(0, (basket.value[id] ?? 0) + n) };
  if (next[id] === 0) delete next[id];
  basket.value = next;
  sessionStorage.setItem(basketKey, JSON.stringify(next));
}

export function emptyBasket(): void {
  basket.value = {};
  sessionStorage.removeItem(basketKey);
}

export const crowns = (n: number) => `${count(n)}\u00a0Kč`;
