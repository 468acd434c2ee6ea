import { TalkHere } from "./talk";
import { world } from "./world";

/** The one talk of this page. */
export const here = new TalkHere(world);
