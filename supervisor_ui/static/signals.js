// @ts-check
// What moved, in plain words: against how this caller spoke at first, or against the turn
// before.

import { figure } from "./format.js";
import { named, t } from "./i18n.js";
import { level } from "./levels.js";

/** @typedef {import("./events").Signal} Signal */

/** A voice moves all the time; less than this is nothing to speak of. */
const LOUDER_DB = 3;
const SHARPER_DB = 3;
const EMPHASIS_DB = 1.5;
const HIGHER = 0.12;
const FASTER = 0.15;
/** More than a level of frustration at once, and as good as none. */
const JUMP = 0.45;
const STEP = 0.2;
const SOUNDS_ANGRY = 0.7;

/** @type {Record<string, (signal: Signal) => string>} */
const SENTENCES = {
  frustration: ({ value, baseline }) =>
    baseline === null || baseline === undefined || level(baseline) === level(value)
      ? t("signal.mood", { now: moodWord(value) })
      : t("signal.mood.moved", { before: moodWord(baseline), now: moodWord(value) }),
  probability: ({ value }) => t("signal.probability", { percent: percent(value) }),
  words: ({ value }) => t("signal.words", { mood: moodWord(value) }),
  rise: ({ value }) =>
    value < STEP ? "" : t(value < JUMP ? "signal.rise.step" : "signal.rise.jump"),
  sustained: ({ value }) => t("signal.sustained", { percent: percent(value) }),
  voice: ({ value }) => (value >= SOUNDS_ANGRY ? t("signal.voice") : ""),
  loudness_db: (signal) => decibels(signal, LOUDER_DB, "signal.louder", "signal.quieter"),
  brightness_db: (signal) => decibels(signal, SHARPER_DB, "signal.sharper", "signal.softer"),
  emphasis_db: (signal) => decibels(signal, EMPHASIS_DB, "signal.stressed", "signal.flatter"),
  pitch_hz: (signal) => share(signal, HIGHER, "signal.higher", "signal.lower"),
  speech_rate: (signal) => share(signal, FASTER, "signal.faster", "signal.slower"),
  repeated_contact: ({ value }) =>
    value > 1 ? t("signal.repeated_contact.many", { count: value }) : t("signal.repeated_contact"),
  contacts: ({ value }) => t("signal.contacts", { count: value }),
  long_wait: () => t("signal.long_wait"),
  waited_min: ({ value }) => t("signal.waited_min", { count: figure(value) }),
  passed_around: () => t("signal.passed_around"),
  broken_promise: () => t("signal.broken_promise"),
  unanswered: ({ value }) => t("signal.unanswered", { count: value }),
  agent_repeats: ({ value }) => t("signal.agent_repeats", { count: value }),
  complaints_in_row: ({ value }) =>
    value > 1 ? t("signal.complaints_in_row", { count: value }) : "",
  silence_s: ({ value }) => t("signal.silence_s", { count: figure(Math.round(value)) }),
  overlap_s: ({ value }) => t("signal.overlap_s", { count: figure(Math.round(value * 10) / 10) }),
  call_s: ({ value }) => t("signal.call_s", { minutes: figure(Math.round(value / 60)) }),
  churn: ({ value }) => t("signal.churn", { percent: percent(value) }),
  escalation: ({ value }) => t("signal.escalation", { percent: percent(value) }),
  gratitude: ({ value }) => t("signal.gratitude", { percent: percent(value) }),
  // Told by others of these, or counted only to know when a rule may speak.
  spike: () => "",
  valence: () => "",
  previous: () => "",
  utterances: () => "",
};

/**
 * @param {Signal[]} signals
 * @returns {string[]} A sentence for each that moved, none twice.
 */
export function sentences(signals) {
  const frustration = signals.find(({ name }) => name === "frustration");
  const telling = signals.filter(
    // Words that sound as the whole turn does add nothing.
    ({ name, value }) => name !== "words" || !frustration || level(value) !== level(frustration.value),
  );
  return [...new Set(telling.map(sentence).filter(Boolean))];
}

/** @param {Signal} signal @returns {string} Empty: it did not move. */
function sentence(signal) {
  const known = SENTENCES[ALIASES[signal.name] ?? signal.name];
  if (known) return known(signal);
  const [, type] = signal.name.match(/^harassment_(\w+)$/) ?? [];
  if (type) {
    const what = named("harassment", type);
    return t("signal.harassment", { what, percent: percent(signal.value) });
  }
  return t("signal.other", { what: named("kind", signal.name), value: figure(signal.value) });
}

/** Names that rules of a company, or records of an earlier version, use for the same. */
const ALIASES = /** @type {Record<string, string>} */ ({
  rise_over_previous_turn: "rise",
  churn_risk: "churn",
  escalation_request: "escalation",
});

/**
 * @param {Signal} signal
 * @param {number} least
 * @param {string} more
 * @param {string} less
 */
function decibels({ value, baseline }, least, more, less) {
  const by = value - (baseline ?? value);
  if (Math.abs(by) < least) return "";
  return t(by > 0 ? more : less, { by: figure(Math.abs(Math.round(by))) });
}

/**
 * @param {Signal} signal
 * @param {number} least
 * @param {string} more
 * @param {string} less
 */
function share({ value, baseline }, least, more, less) {
  const by = baseline ? value / baseline - 1 : 0;
  if (Math.abs(by) < least) return "";
  return t(by > 0 ? more : less, { percent: percent(Math.abs(by)) });
}

/** @param {number} frustration */
function moodWord(frustration) {
  return t(`mood.${level(frustration)}`);
}

/** @param {number} value */
function percent(value) {
  return figure(Math.round(value * 100));
}
