// @ts-check
// The customer's mood: in words, with its trend, as a line over the call.

import { clock } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { level } from "../levels.js";
import { Icon } from "./icons.js";

const WIDTH = 100;
const HEIGHT = 30;
/** Keeps the line off the edges, in the units of the drawing. */
const MARGIN = 3;

/** @param {{ call: import("../store.js").Call }} props */
export function Mood({ call }) {
  if (!call.mood) return html`<span class="mood is-unknown">${t("mood.unknown")}</span>`;
  const { frustration, trend, recovered } = call.mood;
  return html`<span class="mood is-${level(frustration)}">
    <span class="mood-word">${t(`mood.${level(frustration)}`)}</span>
    <span class="mood-trend"><${Icon} name=${trend} />${t(`trend.${trend}`)}</span>
    ${recovered && html`<span class="mood-recovered"><${Icon} name="check" />${t("mood.recovered")}</span>`}
  </span>`;
}

/**
 * The mood over the call, up is better, with a mark where alerts fired.
 *
 * @param {{ call: import("../store.js").Call }} props
 */
export function MoodLine({ call }) {
  const points = call.moodLine;
  const end_s = Math.max(call.at_s, 1);
  const x = (/** @type {number} */ at_s) => (Math.min(at_s / end_s, 1) * WIDTH).toFixed(1);
  const y = (/** @type {number} */ frustration) =>
    (MARGIN + frustration * (HEIGHT - 2 * MARGIN)).toFixed(1);
  const line = points
    .map((point, place) => `${place ? "L" : "M"}${x(point.at_s)} ${y(point.frustration)}`)
    .join("");
  const last = points[points.length - 1];
  return html`<svg
    class="mood-line is-${last ? level(last.frustration) : "unknown"}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label=${label(points)}
  >
    <path class="mood-middle" d="M0 ${HEIGHT / 2}H${WIDTH}" />
    ${call.alerts.map(
      ({ alert }) => html`<path
        key=${alert.alert_id}
        class="mood-alert is-${alert.severity}"
        d="M${x(alert.evidence[0]?.start_s ?? alert.at_s)} 0V${HEIGHT}"
      />`,
    )}
    ${last &&
    html`<path class="mood-area" d="${line}V${HEIGHT}H${x(points[0].at_s)}Z" />
      <path class="mood-stroke" d=${line} />
      <path class="mood-now" d="M${x(last.at_s)} ${y(last.frustration)}h0" />`}
  </svg>`;
}

/** @param {import("../store.js").Call["moodLine"]} points */
function label(points) {
  if (points.length === 0) return t("mood.unknown");
  const worst = points.reduce((a, b) => (b.frustration > a.frustration ? b : a));
  return t("mood.line", {
    start: t(`mood.${level(points[0].frustration)}`),
    worst: t(`mood.${level(worst.frustration)}`),
    worst_at: clock(worst.at_s),
    now: t(`mood.${level(points[points.length - 1].frustration)}`),
  });
}
