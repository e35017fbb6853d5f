// @ts-check
// What the steps against harassment mean for a panel: which are due, in which words.

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {Record<string, string>} label By language, as the other texts.
 * @property {Record<string, string>} guide
 * @property {Record<string, string>} say
 * @property {("operator" | "supervisor")[]} who
 * @property {number | null} call_at_least_s
 * @property {"taken" | "due" | "passed" | "later"} state
 * @property {import("./events").StepTaken | null} taken
 *
 * @typedef {object} Ladder
 * @property {string} alert_id
 * @property {string} harassment_type
 * @property {number} nth
 * @property {Step[]} steps
 *
 * @typedef {{ version: string, language: string, alerts: Ladder[] }} CallPolicy
 */

/**
 * One ladder for each type, that of its newest alert; the newest type first.
 *
 * @param {Ladder[]} ladders
 * @returns {Ladder[]}
 */
export function byType(ladders) {
  return [...new Map(ladders.map((one) => [one.harassment_type, one])).values()].reverse();
}

/**
 * The steps of a ladder that are due, as the clock of the call has gone on since the server
 * was asked.
 *
 * @param {Ladder} ladder
 * @param {number} call_s
 * @returns {Step[]}
 */
export function dueSteps({ steps }, call_s) {
  return steps.filter(
    ({ state, call_at_least_s }) =>
      state === "due" || (state === "later" && call_at_least_s !== null && call_s >= call_at_least_s),
  );
}

/**
 * A text in this language; else in English, else in whichever there is.
 *
 * @param {Record<string, string>} texts
 * @param {string} language
 */
export function inLanguage(texts, language) {
  return texts[language.slice(0, 2)] || texts.en || Object.values(texts)[0] || "";
}
