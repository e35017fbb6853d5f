// @ts-check
// What the panel does for the operator beside the call: who stands by them, when a call was
// hard, which help they want. Nothing of it leaves this machine or is counted anywhere.

import { signal } from "@preact/signals";

import { recall, remember } from "./preferences.js";
import { isOpen } from "./store.js";

/**
 * @typedef {import("./store.js").Call} Call
 * @typedef {import("./store.js").AlertState} AlertState
 *
 * @typedef {object} Company Somebody who is with the operator.
 * @property {string} name
 * @property {"joined" | "assigned" | "sees" | "wrote"} how
 */

/** From here on a reading counts as hard to bear, */
const FRUSTRATED = 0.5;
/** and so many seconds of it make a hard call. */
const HARD_S = 120;
/** A hint helps at its moment; after that it only takes room. */
const HINT_S = 120;

/**
 * What operators may switch off. All on at first: whoever is being shouted at should not
 * have to look for a switch, and each goes off with one tap.
 */
export const CARES = /** @type {const} */ (["hints", "veil", "breaks"]);
/** @typedef {typeof CARES[number]} Care */

/** @type {import("@preact/signals").Signal<Record<Care, boolean>>} */
export const cares = signal({
  hints: recall("care.hints") !== "off",
  veil: recall("care.veil") !== "off",
  breaks: recall("care.breaks") !== "off",
});

/** @param {Care} care @param {boolean} on */
export function choose(care, on) {
  cares.value = { ...cares.value, [care]: on };
  remember(`care.${care}`, on ? "on" : "off");
}

/** Alerts of harassment that were no false alarm. @param {Call} call */
export function harassments(call) {
  return call.alerts.filter(
    ({ alert, state }) => alert.kind === "harassment" && state !== "false_alarm",
  );
}

/** The operator's raised hand, while it is up. @param {Call} call */
export function raisedHand(call) {
  return call.alerts.find((one) => one.alert.kind === "help_sign" && isOpen(one));
}

/**
 * Who is with the operator in what one should not bear alone: harassment, or a call for
 * help. The nearest counts, then the latest.
 *
 * @param {Call} call
 * @param {string} me
 * @returns {Company | null}
 */
export function company(call, me) {
  const grave = [
    ...harassments(call),
    ...call.alerts.filter(({ alert }) => alert.kind === "help_sign"),
  ];
  if (grave.length === 0) return null;
  const ids = new Set(grave.map(({ alert }) => alert.alert_id));
  const joined = call.steps.filter((one) => one.step === "supervisor" && ids.has(one.alert_id));
  const updates = grave.flatMap((one) => one.updates);
  const first_s = Math.min(...grave.map(({ alert }) => alert.at_s));
  /** @type {Company[]} */
  const found = [
    ...call.notes
      .filter((note) => note.at_s >= first_s)
      .map((note) => /** @type {Company} */ ({ name: note.author, how: "wrote" })),
    ...updates
      .filter(({ state }) => state === "acknowledged")
      .map((one) => /** @type {Company} */ ({ name: one.by, how: "sees" })),
    ...updates
      .filter(({ state }) => state === "assigned")
      .map((one) => /** @type {Company} */ ({ name: one.assignee ?? one.by, how: "assigned" })),
    ...joined.map((one) => /** @type {Company} */ ({ name: one.by, how: "joined" })),
  ].filter(({ name }) => name !== me);
  return found[found.length - 1] ?? null;
}

/** Whether a call that is over was hard: harassment, or long frustration. @param {Call} call */
export function wasHard(call) {
  if (!call.ended) return false;
  if (harassments(call).length > 0) return true;
  const end_s = call.ended.duration_s;
  const upset_s = call.moodLine.reduce((sum, point, place) => {
    const until_s = call.moodLine[place + 1]?.at_s ?? end_s;
    return sum + (point.frustration >= FRUSTRATED ? Math.max(0, until_s - point.at_s) : 0);
  }, 0);
  return upset_s >= HARD_S;
}

/**
 * Hints for the operator of a live call, the newest first. Harassment has its steps, a raised
 * hand its own place.
 *
 * @param {Call} call
 * @param {Set<string>} dismissed Ids of alerts that the operator has read.
 * @returns {AlertState[]}
 */
export function hints(call, dismissed) {
  return call.alerts
    .filter(
      (one) =>
        one.alert.audience.includes("operator") &&
        one.alert.kind !== "harassment" &&
        one.alert.kind !== "help_sign" &&
        isOpen(one) &&
        !dismissed.has(one.alert.alert_id) &&
        call.at_s - one.alert.at_s < HINT_S,
    )
    .reverse();
}

/**
 * The words of an utterance that harassment alerts quote.
 *
 * @param {Call} call
 * @param {string} utterance_id
 * @returns {string[]}
 */
export function abusiveWords(call, utterance_id) {
  return harassments(call)
    .flatMap(({ alert }) => alert.evidence)
    .filter((one) => one.utterance_id === utterance_id)
    .map((one) => one.quote);
}

/**
 * A text in pieces, those to hide marked. A quote that is not in it hides all of it.
 *
 * @param {string} text
 * @param {string[]} quotes
 * @returns {{ text: string, hidden: boolean }[]}
 */
export function veiled(text, quotes) {
  if (quotes.length === 0) return [{ text, hidden: false }];
  if (quotes.some((quote) => !text.includes(quote))) return [{ text, hidden: true }];
  const hidden = Array.from({ length: text.length }, () => false);
  for (const quote of quotes) {
    const start = text.indexOf(quote);
    hidden.fill(true, start, start + quote.length);
  }
  /** @type {{ text: string, hidden: boolean }[]} */
  const pieces = [];
  for (let at = 0; at < text.length; at += 1) {
    const last = pieces[pieces.length - 1];
    if (last && last.hidden === hidden[at]) last.text += text[at];
    else pieces.push({ text: text[at], hidden: hidden[at] });
  }
  return pieces;
}
