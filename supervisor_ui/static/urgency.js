// @ts-check
// Who needs a supervisor first, and in which order calls stand. What asks for attention is
// said again, for the record, in copilot/attention.py; both are held to
// test/attention.json.

import { step } from "./levels.js";
import { isOpen, stateAt } from "./store.js";

/**
 * @typedef {import("./store.js").Call} Call
 * @typedef {import("./store.js").AlertState} AlertState
 *
 * @typedef {object} Item The alerts of one call that stand alike, as one.
 * @property {Call} call
 * @property {AlertState[]} alerts The lead first: the newest of the most severe. A call for
 *   help comes before any other.
 * @property {import("./events").Alert["kind"][]} kinds Each once, the lead's first.
 * @property {import("./events").Alert["severity"]} severity Of the most severe.
 * @property {boolean} help Whether an operator raised a hand.
 * @property {number} raisedAt_ms When the oldest fired, or came back from a snooze.
 *
 * @typedef {object} Attention All open alerts that are a supervisor's business. Each call is
 *   in one of these, most urgent first.
 * @property {Item[]} asking Nobody has them in hand. No more than the budget, but for calls
 *   for help: whoever raises a hand is never folded.
 * @property {Item[]} folded Those that wait for room.
 * @property {Item[]} inHand Acknowledged, or assigned to somebody else.
 * @property {Item[]} snoozed They come back by themselves.
 */

const SEVERITIES = { info: 1, warning: 2, critical: 3 };
const TRENDS = { improving: -2, slightly_improving: -1, steady: 0, slightly_declining: 1, declining: 2 };
/** From here on the customer's mood alone lifts a call above calm ones. */
const FRUSTRATED = 0.5;
/** Above every alert: somebody asked for help. */
const HELP = 10;

/**
 * @param {Call[]} calls Live ones.
 * @param {number} now_ms
 * @param {number} budget Items that may ask at once.
 * @param {string} me What another assigned to me asks me.
 * @returns {Attention}
 */
export function attention(calls, now_ms, budget, me) {
  /** @type {Item[][]} */
  const [asking, inHand, snoozed] = [[], [], []];
  for (const call of calls) {
    const open = call.alerts.filter((one) => isOpen(one) && concerns(one));
    const asleep = open.filter((one) => stateAt(one, now_ms) === "snoozed");
    const waiting = open.filter((one) => !asleep.includes(one) && waits(one, now_ms, me));
    const taken = open.filter((one) => !asleep.includes(one) && !waiting.includes(one));
    if (waiting.length > 0) asking.push(merged(call, waiting));
    else if (taken.length > 0) inHand.push(merged(call, taken));
    else if (asleep.length > 0) snoozed.push(merged(call, asleep));
  }
  for (const items of [asking, inHand, snoozed]) items.sort(byRank);
  const room = Math.max(budget, asking.filter((one) => one.help).length);
  return { asking: asking.slice(0, room), folded: asking.slice(room), inHand, snoozed };
}

/**
 * When the next snooze ends, so that somebody looks again then.
 *
 * @param {Call[]} calls
 * @param {number} now_ms
 * @returns {number} Infinity: none does.
 */
export function nextWake_ms(calls, now_ms) {
  const ends = calls
    .flatMap((call) => call.alerts)
    .filter((one) => stateAt(one, now_ms) === "snoozed")
    .map((one) => Date.parse(last(one)?.until ?? ""));
  return Math.min(Infinity, ...ends.filter((at_ms) => at_ms > now_ms));
}

/**
 * The cards of those who ask, where they stand. Held, nothing moves under a pointer or a
 * keyboard: what was dealt with stays until the hand has gone, and new ones come last, where
 * the budget has room; calls for help always come.
 *
 * @param {string[]} before Ids of the calls shown now.
 * @param {Attention} now
 * @param {number} budget
 * @param {boolean} held
 * @returns {string[]} The same array where nothing changed.
 */
export function settle(before, now, budget, held) {
  const ranked = now.asking.map((one) => one.call.call_id);
  if (!held) return same(before, ranked);
  const all = [...now.asking, ...now.folded];
  const asks = new Set(all.map((one) => one.call.call_id));
  let room = budget - before.filter((id) => asks.has(id)).length;
  const added = all
    .filter((one) => !before.includes(one.call.call_id))
    .filter((one) => one.help || room-- > 0)
    .map((one) => one.call.call_id);
  return same(before, [...before, ...added]);
}

/**
 * Where a tile stands. Steps, not a score: it moves when its call becomes another case, not
 * with every reading.
 *
 * @param {Call} call
 * @param {number} now_ms
 * @returns {number} 0 calm to 10 a call for help.
 */
export function urgency(call, now_ms) {
  const open = call.alerts
    .filter((one) => isOpen(one) && concerns(one))
    .map((one) => {
      const state = stateAt(one, now_ms);
      if (state === "snoozed") return 0;
      if (one.alert.kind === "help_sign" && state === "open") return HELP;
      // Somebody is on it: after the alerts of its severity that nobody has seen.
      return 2 * SEVERITIES[one.alert.severity] + (state === "open" ? 2 : 1);
    });
  const upset = call.mood !== null && call.mood.frustration >= FRUSTRATED ? 2 : 0;
  return Math.max(0, upset, ...open);
}

/**
 * The order of tiles: most urgent first, equals where they were, new ones last. Held while
 * somebody points at the tiles: a tap must hit what was aimed at.
 *
 * @param {string[]} before Ids in the order shown now.
 * @param {Call[]} calls Live ones.
 * @param {number} now_ms
 * @param {boolean} held
 * @returns {string[]} The same array where nothing moved.
 */
export function arrange(before, calls, now_ms, held) {
  const byId = new Map(calls.map((call) => [call.call_id, call]));
  const stay = before.filter((id) => byId.has(id));
  const shown = new Set(stay);
  const added = calls
    .filter((call) => !shown.has(call.call_id))
    .sort((a, b) => a.started.started_at.localeCompare(b.started.started_at))
    .map((call) => call.call_id);
  const after = [...stay, ...added];
  if (!held) {
    const steps = new Map(calls.map((call) => [call.call_id, urgency(call, now_ms)]));
    after.sort((a, b) => (steps.get(b) ?? 0) - (steps.get(a) ?? 0));
  }
  return same(before, after);
}

/** Whether an alert is a supervisor's business. @param {AlertState} one */
export function concerns({ alert }) {
  return alert.audience.includes("supervisor");
}

/**
 * Most urgent alert of a call first.
 *
 * @param {AlertState} a
 * @param {AlertState} b
 */
export function byWeight(a, b) {
  return (
    Number(b.alert.kind === "help_sign") - Number(a.alert.kind === "help_sign") ||
    SEVERITIES[b.alert.severity] - SEVERITIES[a.alert.severity] ||
    b.alert.at_s - a.alert.at_s ||
    compare(a.alert.alert_id, b.alert.alert_id)
  );
}

/** @param {AlertState} one @param {number} now_ms @param {string} me */
function waits(one, now_ms, me) {
  if (stateAt(one, now_ms) === "open") return true;
  const update = last(one);
  return one.state === "assigned" && update?.assignee === me && update.by !== me;
}

/** @param {Call} call @param {AlertState[]} alerts @returns {Item} */
function merged(call, alerts) {
  const sorted = [...alerts].sort(byWeight);
  const severity = sorted
    .map((one) => one.alert.severity)
    .reduce((a, b) => (SEVERITIES[b] > SEVERITIES[a] ? b : a));
  return {
    call,
    alerts: sorted,
    kinds: [...new Set(sorted.map((one) => one.alert.kind))],
    severity,
    help: sorted[0].alert.kind === "help_sign",
    raisedAt_ms: Math.min(...sorted.map((one) => raisedAt_ms(call, one))),
  };
}

/** @param {Call} call @param {AlertState} one */
function raisedAt_ms(call, one) {
  const until = one.state === "snoozed" ? last(one)?.until : null;
  return until ? Date.parse(until) : Date.parse(call.started.started_at) + one.alert.at_s * 1000;
}

/**
 * Hands in the order in which they were raised; then the most severe, the angriest, those
 * that get worse, those that wait longest.
 *
 * @param {Item} a
 * @param {Item} b
 */
function byRank(a, b) {
  const urgent = a.help && b.help ? 0 : difference(a, b);
  return (
    Number(b.help) - Number(a.help) ||
    urgent ||
    a.raisedAt_ms - b.raisedAt_ms ||
    compare(a.call.call_id, b.call.call_id)
  );
}

/** @param {Item} a @param {Item} b */
function difference(a, b) {
  const mood = (/** @type {Item} */ { call }) => (call.mood ? step(call.mood.frustration) : 0);
  const trend = (/** @type {Item} */ { call }) => (call.mood ? TRENDS[call.mood.trend] : 0);
  return SEVERITIES[b.severity] - SEVERITIES[a.severity] || mood(b) - mood(a) || trend(b) - trend(a);
}

/** @param {AlertState} one */
function last({ updates }) {
  return updates[updates.length - 1];
}

/** As code points, whatever the language. @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}

/** @param {string[]} before @param {string[]} after */
function same(before, after) {
  return after.length === before.length && after.every((id, at) => id === before[at])
    ? before
    : after;
}
