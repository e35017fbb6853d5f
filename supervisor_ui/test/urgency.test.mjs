import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, reduce } from "../static/store.js";
import { arrange, urgency } from "../static/urgency.js";
import { event } from "./events.mjs";

function call(call_id, ...events) {
  return [event("call_started", { call_id, seq: 0 }), ...events].reduce(
    (state, one) => reduce(state, { ...one, call_id }),
    EMPTY,
  ).calls[call_id];
}

const NOW_MS = Date.parse("2026-04-01T10:00:00Z");

const calm = (id) => call(id);
const upset = (id) => call(id, event("emotion", { frustration: 0.7 }));
const warned = (id) => call(id, event("alert", { severity: "warning" }));
const critical = (id) => call(id, event("alert"));
const taken = (id) => call(id, event("alert"), event("alert_updated"));
const handUp = (id) => call(id, event("alert", { kind: "help_sign" }));
const resolved = (id) => call(id, event("alert"), event("alert_updated", { state: "resolved" }));

test("the more it needs somebody, the more urgent", () => {
  const steps = [calm, upset, warned, taken, critical, handUp].map((make) => urgency(make("c"), NOW_MS));
  assert.deepEqual([...steps].sort((a, b) => a - b), steps);
  assert.equal(new Set(steps).size, steps.length);
});

test("a resolved alert leaves a calm call", () => {
  assert.equal(urgency(resolved("c"), NOW_MS), urgency(calm("c"), NOW_MS));
});

test("a snoozed alert is no reason until it is back", () => {
  const until = new Date(NOW_MS + 1000).toISOString();
  const snoozed = call("c", event("alert"), event("alert_updated", { state: "snoozed", until }));
  assert.equal(urgency(snoozed, NOW_MS), urgency(calm("c"), NOW_MS));
  assert.equal(urgency(snoozed, NOW_MS + 1000), urgency(critical("c"), NOW_MS));
});

test("an alert that is not for supervisors is no reason", () => {
  const other = call("c", event("alert", { audience: ["operator"] }));
  assert.equal(urgency(other, NOW_MS), 0);
});

test("the most urgent comes first, equals stay where they were", () => {
  const calls = [calm("a"), calm("b"), critical("c"), calm("d")];
  assert.deepEqual(arrange(["b", "a", "d", "c"], calls, NOW_MS, false), ["c", "b", "a", "d"]);
});

test("nothing moves while somebody points at the tiles; new calls come last", () => {
  const calls = [calm("a"), critical("b"), critical("new")];
  assert.deepEqual(arrange(["a", "b"], calls, NOW_MS, true), ["a", "b", "new"]);
  assert.deepEqual(arrange(["a", "b", "new"], calls, NOW_MS, false), ["b", "new", "a"]);
});

test("an order that did not change is the same array", () => {
  const before = ["b", "a"];
  assert.equal(arrange(before, [calm("a"), critical("b")], NOW_MS, false), before);
});

test("calls that are gone leave", () => {
  assert.deepEqual(arrange(["a", "b"], [calm("b")], NOW_MS, true), ["b"]);
});
