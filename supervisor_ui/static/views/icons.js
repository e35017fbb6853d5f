// @ts-check
// Icons: 24 units square, drawn with the colour of the text beside them. They never stand
// alone, so assistive technology passes over them.

import { html } from "../html.js";

const PATHS = {
  critical: "M8.2 3h7.6L21 8.2v7.6L15.8 21H8.2L3 15.8V8.2zM12 7.5v5.2M12 16.4v.1",
  warning: "M12 3.8 21.5 20h-19zM12 10v4.6M12 17.2v.1",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5.5M12 7.6v.1",
  improving: "M5 19 19 5M9 5h10v10",
  slightly_improving: "M4 15l16-6M14.5 7.2 20 9l-2.6 5.2",
  steady: "M4 12h16M14 6l6 6-6 6",
  slightly_declining: "M4 9l16 6M17.4 9.8 20 15l-5.5 1.8",
  declining: "M5 5l14 14M9 19h10V9",
  check: "M4.5 12.5 10 18 20 6.5",
  cross: "M6 6l12 12M18 6 6 18",
  flag: "M6 21V4h11l-2.5 4.5L17 13H6",
  offline: "M3 3l18 18M8.5 14.5a5 5 0 0 1 6.6-.3M5 11a10 10 0 0 1 4-2.4M13 8.1a10 10 0 0 1 6 2.9M12 19v.1",
  slow: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5.2l3.4 2",
  pause: "M9 5v14M15 5v14",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20.5c.8-4 3.8-5.8 7.5-5.8s6.7 1.8 7.5 5.8",
  hand: "M7.5 13V6.2a1.4 1.4 0 0 1 2.8 0V11M10.3 10.5V4.4a1.4 1.4 0 0 1 2.8 0v6.1M13.1 10.5V5.6a1.4 1.4 0 0 1 2.8 0v5.4M15.9 9.2a1.4 1.4 0 0 1 2.8 0v5.6c0 3.8-2.4 6.2-5.8 6.2-3 0-4.4-1.3-5.8-3.8l-2.2-4a1.3 1.3 0 0 1 2.2-1.4l1.2 1.7",
  step: "M4 5v8h13M12.5 8.5 17 13l-4.5 4.5",
  silence: "M4 10v4h3l4.5 4V6L7 10zM16 10l4 4M20 10l-4 4",
  overtalk: "M3 5h11v8H8l-3 3v-3H3zM17 9h4v8h-2v3l-3-3h-5v-1",
  note: "M5 4h14v12H11l-4.5 4v-4H5z",
  edit: "M4 20l1-4.4L16.2 4.4l3.4 3.4L8.4 19z",
  send: "M3.5 12 21 4l-5 17-4-7.5z",
  print: "M7 9V4h10v5M6 17H4v-8h16v8h-2M7 14h10v6H7z",
  back: "M15 5l-7 7 7 7",
  down: "M12 5v14M6 13l6 6 6-6",
  shield: "M12 3.2 19.5 6v5.6c0 4.4-3 7.6-7.5 9.2-4.5-1.6-7.5-4.8-7.5-9.2V6z",
  cup: "M5 9h11v5.5a4.5 4.5 0 0 1-4.5 4.5h-2A4.5 4.5 0 0 1 5 14.5zM16 10.5h1.5a2.5 2.5 0 0 1 0 5H16M8.5 3.5v2M12.5 3.5v2",
  speech: "M4 5h16v11h-9l-4 3.5V16H4z",
  veil: "M3 12s3.2-6 9-6 9 6 9 6-3.2 6-9 6-9-6-9-6M4 20 20 4",
  dot: "M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7",
  menu: "M5 12v.1M12 12v.1M19 12v.1",
  phone: "M6 3.5h3.5l1.5 4.5-2.2 1.6a12 12 0 0 0 5.6 5.6l1.6-2.2 4.5 1.5V18a2.5 2.5 0 0 1-2.7 2.5C10.5 20 4 13.5 3.5 6.2A2.5 2.5 0 0 1 6 3.5",
};

/** @param {{ name: keyof typeof PATHS | string }} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d=${PATHS[/** @type {keyof typeof PATHS} */ (name)] ?? PATHS.info} />
  </svg>`;
}
