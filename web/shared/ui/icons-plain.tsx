import type { VNode } from "preact";
import { solid, stroke } from "./pen";

const receiver =
  "M5.4 4.1 8 3.6a1.1 1.1 0 0 1 1.2.7l1.2 3a1.1 1.1 0 0 1-.3 1.2L8.6 9.9a11.8 11.8 0 0 0 5.5 5.5l1.4-1.5a1.1 1.1 0 0 1 1.2-.3l3 1.2a1.1 1.1 0 0 1 .7 1.2l-.5 2.6a1.6 1.6 0 0 1-1.6 1.3C10.6 19.9 4.1 13.4 4.1 5.7a1.6 1.6 0 0 1 1.3-1.6Z";

export const Handset = /* @__PURE__ */ stroke(receiver);
export const CallBack = /* @__PURE__ */ stroke(receiver, "M20 4l-5.2 5.2M14.6 5v4.4H19");
export const Headset = /* @__PURE__ */ stroke(
  "M4 16.5V12a8 8 0 0 1 16 0v4.5",
  "M4 14.2h2.3a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1h-.7A1.6 1.6 0 0 1 4 18.6ZM20 14.2h-2.3a1 1 0 0 0-1 1v4a1 1 0 0 0 1 1h.7a1.6 1.6 0 0 0 1.6-1.6Z",
);
/** The prompter's half mask: used for nothing else. */
export const Mask = /* @__PURE__ */ solid(
  "M2.2 8.1C4.6 6.7 7.9 6.9 10.3 8.3a3.4 3.4 0 0 0 3.4 0c2.4-1.4 5.7-1.6 8.1-.2.5 4.6-1.6 8.9-5.1 8.9-2.2 0-2.9-1.9-4.7-1.9S9.5 17 7.3 17C3.8 17 1.7 12.7 2.2 8.1ZM5.2 11.4c1.5 2 3.8 2.1 5 .6-1.1-1.7-3.4-2.1-5-.6ZM18.8 11.4c-1.6-1.5-3.9-1.1-5 .6 1.2 1.5 3.5 1.4 5-.6Z",
);
export const Ear = /* @__PURE__ */ stroke(
  "M6.8 10.2a5.2 5.2 0 0 1 10.4 0c0 3.3-3.1 4-3.1 6.9a3.5 3.5 0 0 1-6.3 2.1",
  "M9.9 10.4a2.1 2.1 0 0 1 4.2 0c0 1.7-2.2 1.9-2.2 3.8",
);
export const Barge = /* @__PURE__ */ stroke("M4 9.6v4.8h3l4.6 3.9V5.7L7 9.6ZM15.2 9.2v5.6M18 7v10M20.8 9.2v5.6");
export const Hourglass = /* @__PURE__ */ stroke(
  "M6.5 3.5h11M6.5 20.5h11",
  "M8 3.5v2.7c0 2.8 4 3.5 4 5.8s-4 3-4 5.8v2.7M16 3.5v2.7c0 2.8-4 3.5-4 5.8s4 3 4 5.8v2.7",
);
export const Check = /* @__PURE__ */ stroke("m5 12.6 4.6 4.6L19.2 7.2");
export const Close = /* @__PURE__ */ stroke("m6 6 12 12M18 6 6 18");
export const Down = /* @__PURE__ */ stroke("m6.5 9.5 5.5 5.5 5.5-5.5");
export const Back = /* @__PURE__ */ stroke("m14.5 6-6 6 6 6");
export const Outside = /* @__PURE__ */ stroke(
  "M13.5 4.5h6v6M19.2 4.8l-8 8",
  "M10 6H6.5A1.5 1.5 0 0 0 5 7.5v10A1.5 1.5 0 0 0 6.5 19h10a1.5 1.5 0 0 0 1.5-1.5V14",
);
export const Globe = /* @__PURE__ */ stroke(
  "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM3.5 12h17M12 3.5c-5 5.6-5 11.4 0 17 5-5.6 5-11.4 0-17Z",
);
export const Basket = /* @__PURE__ */ stroke("M3.5 5h2.3l2.2 10.2h9.6l2-7.4H6.5", "M9.3 19.2h.01M16.3 19.2h.01");
export const Search = /* @__PURE__ */ stroke("M10.8 4.2a6.6 6.6 0 1 0 0 13.2 6.6 6.6 0 0 0 0-13.2ZM15.7 15.7l4.6 4.6");
export const Person = /* @__PURE__ */ stroke(
  "M12 4.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6ZM4.8 20a7.2 7.2 0 0 1 14.4 0",
);
export const Cup = /* @__PURE__ */ stroke(
  "M5 9h11v5.5a4.5 4.5 0 0 1-4.5 4.5h-2A4.5 4.5 0 0 1 5 14.5ZM16 10.5h1.5a2.2 2.2 0 0 1 0 4.4H16M8.5 3.5v2M12.5 3.5v2",
);
export const Dash = /* @__PURE__ */ stroke("M5.5 12h13");
export const Ring = /* @__PURE__ */ stroke("M12 5.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z");
export const Warning = /* @__PURE__ */ stroke("M12 4.2 3 19.5h18ZM12 10v4.2M12 16.9h.01");
export const Download = /* @__PURE__ */ stroke("M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.8h14");
export const Shield = /* @__PURE__ */ stroke(
  "M12 3.5 5 6v5.5c0 4.3 2.8 7.4 7 9 4.2-1.6 7-4.7 7-9V6Z",
  "M8.8 12l2.3 2.3 4.2-4.5",
);
export const Clock = /* @__PURE__ */ stroke("M12 3.8a8.2 8.2 0 1 0 0 16.4 8.2 8.2 0 0 0 0-16.4ZM12 7.5V12l3 2");
export const Keypad = /* @__PURE__ */ stroke(
  "M6 5h.01M12 5h.01M18 5h.01M6 11h.01M12 11h.01M18 11h.01M6 17h.01M12 17h.01M18 17h.01",
);
export const Sliders = /* @__PURE__ */ stroke("M4 7h9M17 7h3M4 17h3M11 17h9", "M15 5v4M9 15v4");
export const Padlock = /* @__PURE__ */ stroke("M6.5 11h11v8.5h-11Z", "M8.8 11V8.2a3.2 3.2 0 0 1 6.4 0V11");
export const Plus = /* @__PURE__ */ stroke("M12 5v14M5 12h14");
export const Minus = Dash;
export const People = /* @__PURE__ */ stroke(
  "M9 4.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8ZM2.8 19.5a6.2 6.2 0 0 1 12.4 0M16 5.2a3.2 3.2 0 0 1 0 6M17.5 14a6 6 0 0 1 3.7 5.5",
);
export const Folder = /* @__PURE__ */ stroke(
  "M3.5 7.5A1.5 1.5 0 0 1 5 6h4l2 2.5h8a1.5 1.5 0 0 1 1.5 1.5v7.5A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5Z",
);
export const Leave = /* @__PURE__ */ stroke(
  "M14 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H14M10.5 12H20M16.5 8.2 20.2 12l-3.7 3.8",
);
export const Chat = /* @__PURE__ */ stroke("M4.5 5.5h15v10.5h-8.2L7 19.8v-3.8H4.5Z");
export const Smile = /* @__PURE__ */ stroke(
  "M12 3.8a8.2 8.2 0 1 0 0 16.4 8.2 8.2 0 0 0 0-16.4ZM8.5 13.8a4.2 4.2 0 0 0 7 0M9.2 9.6h.01M14.8 9.6h.01",
);
export const Send = /* @__PURE__ */ stroke("M20 4 3.8 10.4l6.4 2.9 3.2 6.4ZM20 4l-9.8 9.3");
export const Checks = /* @__PURE__ */ stroke("M2.8 12.8l4 4L15 8.4", "M10.2 15.8l1 1L20.6 7.2");
export const Mail = /* @__PURE__ */ stroke("M3.8 6h16.4v12H3.8ZM4.2 6.6l7.8 6 7.8-6");
export const Ticket = /* @__PURE__ */ stroke(
  "M3.8 7h16.4v3.2a1.9 1.9 0 0 0 0 3.6V17H3.8v-3.2a1.9 1.9 0 0 0 0-3.6ZM9 7v1.6M9 11v2M9 15.4V17",
);

/** The stage's arch with the prompter's box in it. */
export function Logo(): VNode {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d="M5 19v-6a7 7 0 0 1 14 0v6" fill="none" stroke="currentColor" stroke-width="1.9" />
      <path d="M8.3 19v-4.2a3.7 3.7 0 0 1 7.4 0V19Z" fill="currentColor" />
      <path d="M2.5 19h19" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" />
    </svg>
  );
}
