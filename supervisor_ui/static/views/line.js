// @ts-check
// How a call sounds now: how loud each side is against its own first words, how fast,
// silence, talking over, hold.

import { clock, figure } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Icon } from "./icons.js";

/**
 * @typedef {import("../store.js").Call} Call
 * @typedef {import("../events").Line} Line
 */

/** A silence is marked from here on, */
const SILENCE_S = 3;
/** and needs somebody from here on. */
const LONG_SILENCE_S = 20;
/** So long a mark for talking over stays. */
const OVERTALK_SHOWN_S = 6;
/** Older than this, a state is none. */
const STALE_S = 5;
/** Ends of the scale: so much louder or quieter than at the start. */
const SCALE_DB = 12;
/** Said in words from here on. */
const LOUDER_DB = 4;
const SPEAKERS = /** @type {const} */ (["customer", "agent"]);

/** @param {{ call: Call }} props */
export function LineState({ call }) {
  const lines = SPEAKERS.map((speaker) => call.line[speaker]).filter((one) => one !== undefined);
  const fresh = lines.filter((one) => call.at_s - one.at_s < STALE_S);
  if (fresh.length === 0 || call.paused || call.ended) return null;
  return html`<span class="line-state">
    ${fresh.map((one) => html`<${Leg} key=${one.speaker} line=${one} />`)}
    <${Marks} call=${call} lines=${fresh} />
  </span>`;
}

/** @param {{ line: Line }} props */
function Leg({ line: { speaker, loudness_db, speech_rate } }) {
  const share = Math.max(-1, Math.min(1, loudness_db / SCALE_DB));
  const loud = loudness_db >= LOUDER_DB;
  const db = Math.round(Math.abs(loudness_db));
  const words =
    loudness_db >= LOUDER_DB
      ? t("line.louder", { db })
      : loudness_db <= -LOUDER_DB
        ? t("line.quieter", { db })
        : t("line.usual");
  return html`<span class="line-leg ${loud ? "is-loud" : ""}">
    <span class="line-who">${t(`speaker.${speaker}`)}</span>
    <svg class="line-meter" viewBox="-50 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="line-scale" x="-50" y="3" width="100" height="2" />
      <rect class="line-level" x=${Math.min(0, share * 50)} y="0" width=${Math.abs(share * 50)} height="8" />
      <rect class="line-usual" x="-0.7" y="0" width="1.4" height="8" />
    </svg>
    <span class="line-words">${words}</span>
    ${speech_rate > 0 &&
    html`<span class="line-rate" title=${t("line.rate.title")}>${t("line.rate", { rate: figure(Math.round(speech_rate * 10) / 10) })}</span>`}
  </span>`;
}

/** @param {{ call: Call, lines: Line[] }} props */
function Marks({ call, lines }) {
  const hold = lines.some((one) => one.hold);
  const silence_s = Math.min(...lines.map((one) => one.silence_s));
  const { overtalk } = call;
  const over = overtalk && call.at_s - overtalk.at_s < OVERTALK_SHOWN_S ? overtalk : null;
  return html`
    ${hold && html`<span class="line-mark"><${Icon} name="pause" />${t("line.hold")}</span>`}
    ${!hold &&
    silence_s >= SILENCE_S &&
    html`<span class="line-mark ${silence_s >= LONG_SILENCE_S ? "is-critical" : ""}">
      <${Icon} name="silence" />${t("line.silence", { time: clock(silence_s) })}
    </span>`}
    ${over &&
    html`<span class="line-mark is-warning">
      <${Icon} name="overtalk" />${t(`line.overtalk.${over.speaker}`)}
    </span>`}
  `;
}
