import { solid, stroke } from "../shared/ui/icons";

/** What only the desk draws. */

export const Chat = stroke("M4.5 5.5h15v10.5h-8.2L7 19.8v-3.8H4.5Z");
export const Video = stroke("M3.8 6.8h11v10.4h-11ZM14.8 10.6l5.4-3v8.8l-5.4-3Z");
export const Ticket = stroke(
  "M3.8 7h16.4v3.2a1.9 1.9 0 0 0 0 3.6V17H3.8v-3.2a1.9 1.9 0 0 0 0-3.6ZM9 7v1.6M9 11v2M9 15.4V17",
);
export const Redirect = stroke("M4.5 8.2h13.6M14.4 4.6l3.9 3.6-3.9 3.6M19.5 15.8H5.9M9.6 12.2l-3.9 3.6 3.9 3.6");
export const Pen = stroke("M4.8 19.2l1-4.1L16.4 4.5l3.1 3.1L8.9 18.2Z", "M14.2 6.7l3.1 3.1");
export const Star = stroke("m12 4.2 2.4 4.9 5.4.8-3.9 3.8.9 5.4-4.8-2.6-4.8 2.6.9-5.4-3.9-3.8 5.4-.8Z");
export const Starred = solid("m12 3.6 2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8Z");
export const Sheet = stroke("M5 4.2h14v15.6H5ZM8.2 8.4h7.6M8.2 12h7.6M8.2 15.6h4.4");
export const Bold = stroke("M7.5 5h5.2a3.4 3.4 0 0 1 0 6.8H7.5ZM7.5 11.8h6a3.6 3.6 0 0 1 0 7.2h-6Z");
export const Italic = stroke("M10.5 5h6M7.5 19h6M14 5l-4 14");
export const List = stroke("M9.5 6.5h10M9.5 12h10M9.5 17.5h10M5 6.5h.01M5 12h.01M5 17.5h.01");
export const Chain = stroke(
  "M10.2 13.8a3.6 3.6 0 0 0 5.1 0l3.2-3.2a3.6 3.6 0 0 0-5.1-5.1l-1.2 1.2",
  "M13.8 10.2a3.6 3.6 0 0 0-5.1 0l-3.2 3.2a3.6 3.6 0 0 0 5.1 5.1l1.2-1.2",
);
export const Smile = stroke(
  "M12 3.8a8.2 8.2 0 1 0 0 16.4 8.2 8.2 0 0 0 0-16.4ZM8.5 13.8a4.2 4.2 0 0 0 7 0M9.2 9.6h.01M14.8 9.6h.01",
);
export const Send = stroke("M20 4 3.8 10.4l6.4 2.9 3.2 6.4ZM20 4l-9.8 9.3");
export const Checks = stroke("m2.8 12.8 4 4L15 8.4", "M10.2 15.8l1 1L20.6 7.2");
export const Help = stroke(
  "M12 3.8a8.2 8.2 0 1 0 0 16.4 8.2 8.2 0 0 0 0-16.4ZM9.6 9.6a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.1.9-1.1 1.8M12 16.4h.01",
);
export const Eye = stroke(
  "M2.8 12C5 8.2 8.2 6.2 12 6.2s7 2 9.2 5.8c-2.2 3.8-5.4 5.8-9.2 5.8S5 15.8 2.8 12Z",
  "M12 9.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2Z",
);
export const Bell = stroke("M6.2 16.4V11a5.8 5.8 0 0 1 11.6 0v5.4l1.4 1.6H4.8ZM10 20.4h4");
export const Mail = stroke("M3.8 6h16.4v12H3.8ZM4.2 6.6l7.8 6 7.8-6");
export const Ban = stroke("M12 3.8a8.2 8.2 0 1 0 0 16.4 8.2 8.2 0 0 0 0-16.4ZM6.2 6.2l11.6 11.6");
export const Dots = stroke("M5.5 12h.01M12 12h.01M18.5 12h.01");
export const Copy = stroke("M8.5 8.5h11v11h-11Z", "M5.2 15.5h-.7v-11h11v.7");
export const Up = stroke("m6.5 14.5 5.5-5.5 5.5 5.5");
