import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { EMPTY, reduce } from "../static/store.js";
import { attention, nextWake_ms, settle } from "../static/urgency.js";

const TABLE = JSON.parse(await readFile(new URL("attention.json", import.meta.url), "utf8"));
const NOW_MS = Date.parse(TABLE.now);

/** Calls after these events, with what they leave out as the table says. */
function calls(events) {
  const state = events
    .map((members, place) => ({ seq: place + 1, ...TABLE.defaults[members.type], ...members }))
    .reduce(reduce, EMPTY);
  return Object.values(state.calls);
}

const ids = (items) => items.map((one) => one.call.call_id);
const named = (name) => TABLE.cases.find((one) => one.name === name);
const judged = ({ events, budget }) => attention(calls(events), NOW_MS, budget, TABLE.me);

for (const wanted of TABLE.cases) {
  test(wanted.name, () => {
    const found = judged(wanted);
    const asking = found.asking.map((one) => ({
      call_id: one.call.call_id,
      kinds: one.kinds,
      alert_ids: one.alerts.map(({ alert }) => alert.alert_id),
      severity: one.severity,
      quote: one.alerts[0].alert.evidence[0].quote,
    }));
    assert.deepEqual(asking, wanted.asking);
    assert.deepEqual(ids(found.folded), wanted.folded);
    assert.deepEqual(ids(found.inHand).sort(), wanted.in_hand);
    assert.deepEqual(ids(found.snoozed), wanted.snoozed);
  });
}

test("the next look is when the next snooze ends", () => {
  const { events } = named("a snoozed alert is away until its time, then it is back by itself");
  assert.equal(nextWake_ms(calls(events), NOW_MS), NOW_MS + 1000);
  assert.equal(nextWake_ms(calls(events), NOW_MS + 1000), Infinity);
});

test("cards follow the rank while nobody is at them", () => {
  const now = judged(named("the severest item comes first, whatever its mood"));
  assert.deepEqual(settle(["a", "gone"], now, 5, false), ["b", "a", "c"]);
  const before = ["b", "a", "c"];
  assert.equal(settle(before, now, 5, false), before);
});

test("held, nothing moves or goes, and new ones come last within the budget", () => {
  const now = judged(named("the severest item comes first, whatever its mood"));
  assert.deepEqual(settle(["a", "done"], now, 2, true), ["a", "done", "b"]);
  assert.deepEqual(settle(["a", "c"], now, 2, true), ["a", "c"]);
});

test("held or not, a call for help comes", () => {
  const now = judged(named("a call for help stands before everything and leads its call"));
  assert.deepEqual(settle(["a"], now, 1, true), ["a", "b"]);
});
