// @ts-check
// Who needs this supervisor now, live: the open alerts of the calls on the board.

import { computed, effect, signal } from "@preact/signals";

import { get } from "./api.js";
import { state } from "./live.js";
import { session } from "./session.js";
import { attention, concerns, nextWake_ms } from "./urgency.js";

/** Timers of browsers cannot wait longer than some weeks; nobody snoozes for so long. */
const LOOK_AGAIN_MS = 3_600_000;

/** Items that may ask at once; the server's, as soon as it has told. */
const budget = signal(5);
/** The time as far as it matters: when a snooze ends. */
export const now_ms = signal(Date.now());
export const me = computed(() =>
  session.value.state === "signed_in" ? session.value.person.name : "",
);

/** Calls as supervisors see them: without what is not their business. */
export const calls = computed(() =>
  Object.fromEntries(
    Object.values(state.value.calls).map((call) => [call.call_id, theirs(call)]),
  ),
);
export const live = computed(() => Object.values(calls.value).filter((call) => !call.ended));
export const asked = computed(() =>
  attention(live.value, now_ms.value, budget.value, me.value),
);
export const alertBudget = computed(() => budget.value);

export async function loadBudget() {
  // Without an answer the usual budget counts: a board without one would be no board.
  budget.value = (await get("/api/alerts/board").catch(() => ({ budget: budget.value }))).budget;
}

/**
 * Looks again when a snooze ends.
 *
 * @param {(call: import("./store.js").Call) => void} tell Of a call that is back.
 */
export function wake(tell) {
  effect(() => {
    const next_ms = nextWake_ms(live.value, now_ms.value);
    const wait_ms = Math.min(next_ms - Date.now(), LOOK_AGAIN_MS);
    const timer = setTimeout(() => look(tell), Math.max(0, wait_ms));
    return () => clearTimeout(timer);
  });
}

/** @param {(call: import("./store.js").Call) => void} tell */
function look(tell) {
  const away = new Set(asked.peek().snoozed.map((one) => one.call.call_id));
  now_ms.value = Date.now();
  const { asking, folded } = asked.peek();
  for (const { call } of [...asking, ...folded]) if (away.has(call.call_id)) tell(call);
}

/** @type {WeakMap<import("./store.js").Call, import("./store.js").Call>} */
const known = new WeakMap();

/** The same object for the same call, so that a tile is drawn again only for its own. @param {import("./store.js").Call} call */
function theirs(call) {
  const before = known.get(call);
  if (before) return before;
  const after = call.alerts.every(concerns)
    ? call
    : { ...call, alerts: call.alerts.filter(concerns) };
  known.set(call, after);
  return after;
}
