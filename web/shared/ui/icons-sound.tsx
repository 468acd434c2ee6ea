import { solid, stroke } from "./pen";

/** What a talk and its record are shown with: a page without sound need not carry them. */

export const HangUp = /* @__PURE__ */ stroke(
  "M2.9 14.6c0-1.1.5-2 1.3-2.7a12.2 12.2 0 0 1 15.6 0c.8.7 1.3 1.6 1.3 2.7v.9a1 1 0 0 1-1.2 1l-3-.6a1 1 0 0 1-.8-1v-2a11 11 0 0 0-8.2 0v2a1 1 0 0 1-.8 1l-3 .6a1 1 0 0 1-1.2-1Z",
);
export const Sound = /* @__PURE__ */ stroke(
  "M4 9.6v4.8h3l4.6 3.9V5.7L7 9.6ZM15 9.2a4 4 0 0 1 0 5.6M17.5 6.7a7.5 7.5 0 0 1 0 10.6",
);
export const SoundOff = /* @__PURE__ */ stroke("M4 9.6v4.8h3l4.6 3.9V5.7L7 9.6ZM15.5 9.7l4.6 4.6M20.1 9.7l-4.6 4.6");
export const Microphone = /* @__PURE__ */ stroke(
  "M12 3.6a2.9 2.9 0 0 0-2.9 2.9v5a2.9 2.9 0 0 0 5.8 0v-5A2.9 2.9 0 0 0 12 3.6Z",
  "M5.8 11.3a6.2 6.2 0 0 0 12.4 0M12 17.5v3M8.8 20.5h6.4",
);
export const MicrophoneOff = /* @__PURE__ */ stroke(
  "M9.1 9.4v2.1a2.9 2.9 0 0 0 4.8 2.2M14.9 11V6.5a2.9 2.9 0 0 0-5.5-1.3",
  "M5.8 11.3a6.2 6.2 0 0 0 10.1 4.8M18.2 11.3c0 .8-.2 1.6-.4 2.3M12 17.5v3M8.8 20.5h6.4M4 3.6l16 16.8",
);
export const Play = /* @__PURE__ */ solid(
  "M8 5.3v13.4a.8.8 0 0 0 1.2.7l10.6-6.7a.8.8 0 0 0 0-1.4L9.2 4.6a.8.8 0 0 0-1.2.7Z",
);
export const Hold = /* @__PURE__ */ solid("M7 5h3.4v14H7ZM13.6 5H17v14h-3.4Z");
export const Rewind = /* @__PURE__ */ stroke("M5 5.5v4.6h4.6", "M5.6 10A7.3 7.3 0 1 1 5 14.5");
