/** All icons. A page that must weigh little names the file that it draws from. */

export * from "./icons-plain";
export * from "./icons-sound";
export { type Icon, solid, stroke } from "./pen";
