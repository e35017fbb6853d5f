import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, reduce } from "../static/store.js";
import { arrange, needsSomebody, urgency } from "../static/urgency.js";
import { event } from "./events.mjs";

function call(call_id, ...events) {
  return [event("call_started", { call_id, seq: 0 }), ...events].reduce(
    (state, one) => reduce(state, { ...one, call_id }),
    EMPTY,
  ).calls[call_id];
}

const calm = (id) => call(id);
const upset = (id) => call(id, event("emotion", { frustration: 0.7 }));
const warned = (id) => call(id, event("alert", { severity: "warning" }));
const critical = (id) => call(id, event("alert"));
const taken = (id) => call(id, event("alert"), event("alert_updated"));
const resolved = (id) => call(id, event("alert"), event("alert_updated", { state: "resolved" }));

test("the more it needs somebody, the more urgent", () => {
  const steps = [calm, upset, warned, taken, critical].map((make) => urgency(make("c")));
  assert.deepEqual([...steps].sort((a, b) => a - b), steps);
  assert.equal(new Set(steps).size, steps.length);
});

test("a resolved alert leaves a calm call", () => {
  assert.equal(urgency(resolved("c")), urgency(calm("c")));
});

test("only a critical alert that nobody has seen needs somebody", () => {
  assert.deepEqual(
    [critical, taken, warned, calm].map((make) => needsSomebody(make("c"))),
    [true, false, false, false],
  );
});

test("the most urgent comes first, equals stay where they were", () => {
  const calls = [calm("a"), calm("b"), critical("c"), calm("d")];
  assert.deepEqual(arrange(["b", "a", "d", "c"], calls, false), ["c", "b", "a", "d"]);
});

test("nothing moves while somebody points at the tiles; new calls come last", () => {
  const calls = [calm("a"), critical("b"), critical("new")];
  assert.deepEqual(arrange(["a", "b"], calls, true), ["a", "b", "new"]);
  assert.deepEqual(arrange(["a", "b", "new"], calls, false), ["b", "new", "a"]);
});

test("an order that did not change is the same array", () => {
  const before = ["b", "a"];
  assert.equal(arrange(before, [calm("a"), critical("b")], false), before);
});

test("calls that are gone leave", () => {
  assert.deepEqual(arrange(["a", "b"], [calm("b")], true), ["b"]);
});
