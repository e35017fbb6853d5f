// @ts-check
// Who needs a supervisor first, and in which order tiles stand.

import { isOpen } from "./store.js";

/** @typedef {import("./store.js").Call} Call */

const SEVERITIES = { info: 1, warning: 2, critical: 3 };
/** From here on the customer's mood alone lifts a call above calm ones. */
const FRUSTRATED = 0.5;

/**
 * Steps, not a score: a tile moves when its call becomes another case, not with every
 * reading.
 *
 * @param {Call} call
 * @returns {number} 0 calm to 8 most urgent.
 */
export function urgency(call) {
  const open = call.alerts.filter(isOpen).map(({ alert, state }) => {
    const step = 2 * SEVERITIES[alert.severity];
    // Somebody is on it: after the alerts of its severity that nobody has seen.
    return state === "open" ? step + 2 : step + 1;
  });
  const upset = call.mood !== null && call.mood.frustration >= FRUSTRATED ? 2 : 0;
  return Math.max(0, upset, ...open);
}

/** Whether a call has a critical alert that nobody has seen. @param {Call} call */
export function needsSomebody(call) {
  return call.alerts.some(({ alert, state }) => alert.severity === "critical" && state === "open");
}

/**
 * The order of tiles: most urgent first, equals where they were, new ones last. Held while
 * somebody points at the tiles: a tap must hit what was aimed at.
 *
 * @param {string[]} before Ids in the order shown now.
 * @param {Call[]} calls Live ones.
 * @param {boolean} held
 * @returns {string[]} The same array where nothing moved.
 */
export function arrange(before, calls, held) {
  const byId = new Map(calls.map((call) => [call.call_id, call]));
  const stay = before.filter((id) => byId.has(id));
  const shown = new Set(stay);
  const added = calls
    .filter((call) => !shown.has(call.call_id))
    .sort((a, b) => a.started.started_at.localeCompare(b.started.started_at))
    .map((call) => call.call_id);
  const after = [...stay, ...added];
  if (!held) {
    const steps = new Map(calls.map((call) => [call.call_id, urgency(call)]));
    after.sort((a, b) => (steps.get(b) ?? 0) - (steps.get(a) ?? 0));
  }
  const same = after.length === before.length && after.every((id, at) => id === before[at]);
  return same ? before : after;
}
