import { Part } from "../part";
import { info, page } from "../state";

/** What is wanted seldom, or not at first: the questions, the code, the message for later, the end. */
export const more = new Part(() => import("./part-more"));

export const bringMore = () => void more.bring();

export function openPage(which: "code" | "message" | "consent"): void {
  page.value = which;
  bringMore();
}

/** Whether this site asks who somebody is before they write. */
export const asksWho = () => Object.values(info.value?.form ?? {}).some((rule) => rule !== "hidden");
