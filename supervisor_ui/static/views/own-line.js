// @ts-check
// How the operator sounds right now, for the operator alone: nothing of it is kept.

import { html } from "../html.js";
import { t } from "../i18n.js";
import { cares } from "../care.js";
import { Icon } from "./icons.js";

/** Older than this, a state is none. */
const STALE_S = 5;
/** Against their own first words. */
const LOUDER_DB = 6;
/** Syllables, or morae, a second; people talk at about 5 and 8. */
const FAST = { en: 6.5, ja: 10.5 };
/** So long both may speak before it is said. */
const OVERTALK_S = 1;
/** A wait that the customer would like explained. */
const SILENCE_S = 10;
/** Ends of the meter. */
const SCALE_DB = 12;

/** @typedef {import("../store.js").Call} Call */

/** @param {{ call: Call }} props */
export function OwnLine({ call }) {
  const line = call.line.agent;
  if (!line || !cares.value.hints || call.ended || call.paused || call.at_s - line.at_s > STALE_S) {
    return null;
  }
  const hint = hintOf(line, call.started.language);
  const share = Math.max(0, Math.min(1, (line.loudness_db + SCALE_DB) / (2 * SCALE_DB)));
  return html`<p class="own-line" title=${t("own.private")}>
    <span class="label">${t("own.title")}</span>
    <svg class="own-meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="own-scale" x="0" y="2" width="100" height="4" rx="2" />
      <rect class="own-level" x="0" y="2" width=${share * 100} height="4" rx="2" />
      <rect class="own-usual" x="49" y="0" width="2" height="8" />
    </svg>
    <span class="own-words ${hint ? "is-hint" : ""}">
      ${hint && html`<${Icon} name="speech" />`}${t(hint ?? "own.good")}
    </span>
  </p>`;
}

/**
 * The one thing worth saying, gently; nothing where all is well.
 *
 * @param {import("../events").Line} line
 * @param {string} language
 * @returns {string | undefined} Key of the words.
 */
export function hintOf(line, language) {
  if (line.hold) return undefined;
  if (line.overtalk_s >= OVERTALK_S) return "own.over";
  if (line.silence_s >= SILENCE_S) return "own.silent";
  if (line.loudness_db >= LOUDER_DB) return "own.loud";
  const fast = language.startsWith("ja") ? FAST.ja : FAST.en;
  return line.speech_rate >= fast ? "own.fast" : undefined;
}
