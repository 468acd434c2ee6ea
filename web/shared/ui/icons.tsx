import type { VNode } from "preact";

/** Icons drawn on a grid of 24 with a pen of 1.75. They are ornament: the word stands beside them. */
export type Icon = (props: { small?: boolean; class?: string }) => VNode;

export function stroke(...paths: string[]): Icon {
  const d = paths.join("");
  return ({ small, class: extra }) => (
    <svg class={`icon${small ? " small" : ""}${extra ? ` ${extra}` : ""}`} viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={d}
        fill="none"
        stroke="currentColor"
        stroke-width="1.75"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

export function solid(d: string): Icon {
  return ({ small, class: extra }) => (
    <svg class={`icon${small ? " small" : ""}${extra ? ` ${extra}` : ""}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={d} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}

const receiver =
  "M5.4 4.1 8 3.6a1.1 1.1 0 0 1 1.2.7l1.2 3a1.1 1.1 0 0 1-.3 1.2L8.6 9.9a11.8 11.8 0 0 0 5.5 5.5l1.4-1.5a1.1 1.1 0 0 1 1.2-.3l3 1.2a1.1 1.1 0 0 1 .7 1.2l-.5 2.6a1.6 1.6 0 0 1-1.6 1.3C10.6 19.9 4.1 13.4 4.1 5.7a1.6 1.6 0 0 1 1.3-1.6Z";

export const Handset = stroke(receiver);
export const CallBack = stroke(receiver, "M20 4l-5.2 5.2M14.6 5v4.4H19");
export const HangUp = stroke(
  "M2.9 14.6c0-1.1.5-2 1.3-2.7a12.2 12.2 0 0 1 15.6 0c.8.7 1.3 1.6 1.3 2.7v.9a1 1 0 0 1-1.2 1l-3-.6a1 1 0 0 1-.8-1v-2a11 11 0 0 0-8.2 0v2a1 1 0 0 1-.8 1l-3 .6a1 1 0 0 1-1.2-1Z",
);
export const Headset = stroke(
  "M4 16.5V12a8 8 0 0 1 16 0v4.5",
  "M4 14.2h2.3a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1h-.7A1.6 1.6 0 0 1 4 18.6ZM20 14.2h-2.3a1 1 0 0 0-1 1v4a1 1 0 0 0 1 1h.7a1.6 1.6 0 0 0 1.6-1.6Z",
);
/** The prompter's half mask: used for nothing else. */
export const Mask = solid(
  "M2.2 8.1C4.6 6.7 7.9 6.9 10.3 8.3a3.4 3.4 0 0 0 3.4 0c2.4-1.4 5.7-1.6 8.1-.2.5 4.6-1.6 8.9-5.1 8.9-2.2 0-2.9-1.9-4.7-1.9S9.5 17 7.3 17C3.8 17 1.7 12.7 2.2 8.1ZM5.2 11.4c1.5 2 3.8 2.1 5 .6-1.1-1.7-3.4-2.1-5-.6ZM18.8 11.4c-1.6-1.5-3.9-1.1-5 .6 1.2 1.5 3.5 1.4 5-.6Z",
);
export const Ear = stroke(
  "M6.8 10.2a5.2 5.2 0 0 1 10.4 0c0 3.3-3.1 4-3.1 6.9a3.5 3.5 0 0 1-6.3 2.1",
  "M9.9 10.4a2.1 2.1 0 0 1 4.2 0c0 1.7-2.2 1.9-2.2 3.8",
);
export const Barge = stroke("M4 9.6v4.8h3l4.6 3.9V5.7L7 9.6ZM15.2 9.2v5.6M18 7v10M20.8 9.2v5.6");
export const Sound = stroke("M4 9.6v4.8h3l4.6 3.9V5.7L7 9.6ZM15 9.2a4 4 0 0 1 0 5.6M17.5 6.7a7.5 7.5 0 0 1 0 10.6");
export const SoundOff = stroke("M4 9.6v4.8h3l4.6 3.9V5.7L7 9.6ZM15.5 9.7l4.6 4.6M20.1 9.7l-4.6 4.6");
export const Microphone = stroke(
  "M12 3.6a2.9 2.9 0 0 0-2.9 2.9v5a2.9 2.9 0 0 0 5.8 0v-5A2.9 2.9 0 0 0 12 3.6Z",
  "M5.8 11.3a6.2 6.2 0 0 0 12.4 0M12 17.5v3M8.8 20.5h6.4",
);
export const MicrophoneOff = stroke(
  "M9.1 9.4v2.1a2.9 2.9 0 0 0 4.8 2.2M14.9 11V6.5a2.9 2.9 0 0 0-5.5-1.3",
  "M5.8 11.3a6.2 6.2 0 0 0 10.1 4.8M18.2 11.3c0 .8-.2 1.6-.4 2.3M12 17.5v3M8.8 20.5h6.4M4 3.6l16 16.8",
);
export const Hourglass = stroke(
  "M6.5 3.5h11M6.5 20.5h11",
  "M8 3.5v2.7c0 2.8 4 3.5 4 5.8s-4 3-4 5.8v2.7M16 3.5v2.7c0 2.8-4 3.5-4 5.8s4 3 4 5.8v2.7",
);
export const Check = stroke("m5 12.6 4.6 4.6L19.2 7.2");
export const Close = stroke("m6 6 12 12M18 6 6 18");
export const Down = stroke("m6.5 9.5 5.5 5.5 5.5-5.5");
export const Back = stroke("m14.5 6-6 6 6 6");
export const Outside = stroke(
  "M13.5 4.5h6v6M19.2 4.8l-8 8",
  "M10 6H6.5A1.5 1.5 0 0 0 5 7.5v10A1.5 1.5 0 0 0 6.5 19h10a1.5 1.5 0 0 0 1.5-1.5V14",
);
export const Globe = stroke(
  "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM3.5 12h17M12 3.5c-5 5.6-5 11.4 0 17 5-5.6 5-11.4 0-17Z",
);
export const Basket = stroke("M3.5 5h2.3l2.2 10.2h9.6l2-7.4H6.5", "M9.3 19.2h.01M16.3 19.2h.01");
export const Search = stroke("M10.8 4.2a6.6 6.6 0 1 0 0 13.2 6.6 6.6 0 0 0 0-13.2ZM15.7 15.7l4.6 4.6");
export const Person = stroke("M12 4.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6ZM4.8 20a7.2 7.2 0 0 1 14.4 0");
export const Cup = stroke(
  "M5 9h11v5.5a4.5 4.5 0 0 1-4.5 4.5h-2A4.5 4.5 0 0 1 5 14.5ZM16 10.5h1.5a2.2 2.2 0 0 1 0 4.4H16M8.5 3.5v2M12.5 3.5v2",
);
export const Dash = stroke("M5.5 12h13");
export const Ring = stroke("M12 5.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z");
export const Warning = stroke("M12 4.2 3 19.5h18ZM12 10v4.2M12 16.9h.01");
export const Play = solid("M8 5.3v13.4a.8.8 0 0 0 1.2.7l10.6-6.7a.8.8 0 0 0 0-1.4L9.2 4.6a.8.8 0 0 0-1.2.7Z");
export const Hold = solid("M7 5h3.4v14H7ZM13.6 5H17v14h-3.4Z");
export const Rewind = stroke("M5 5.5v4.6h4.6", "M5.6 10A7.3 7.3 0 1 1 5 14.5");
export const Download = stroke("M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.8h14");
export const Shield = stroke("M12 3.5 5 6v5.5c0 4.3 2.8 7.4 7 9 4.2-1.6 7-4.7 7-9V6Z", "M8.8 12l2.3 2.3 4.2-4.5");
export const Clock = stroke("M12 3.8a8.2 8.2 0 1 0 0 16.4 8.2 8.2 0 0 0 0-16.4ZM12 7.5V12l3 2");
export const Keypad = stroke("M6 5h.01M12 5h.01M18 5h.01M6 11h.01M12 11h.01M18 11h.01M6 17h.01M12 17h.01M18 17h.01");
export const Sliders = stroke("M4 7h9M17 7h3M4 17h3M11 17h9", "M15 5v4M9 15v4");
export const Padlock = stroke("M6.5 11h11v8.5h-11Z", "M8.8 11V8.2a3.2 3.2 0 0 1 6.4 0V11");
export const Plus = stroke("M12 5v14M5 12h14");
export const Minus = Dash;
export const People = stroke(
  "M9 4.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8ZM2.8 19.5a6.2 6.2 0 0 1 12.4 0M16 5.2a3.2 3.2 0 0 1 0 6M17.5 14a6 6 0 0 1 3.7 5.5",
);
export const Folder = stroke(
  "M3.5 7.5A1.5 1.5 0 0 1 5 6h4l2 2.5h8a1.5 1.5 0 0 1 1.5 1.5v7.5A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5Z",
);
export const Leave = stroke(
  "M14 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H14M10.5 12H20M16.5 8.2 20.2 12l-3.7 3.8",
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
