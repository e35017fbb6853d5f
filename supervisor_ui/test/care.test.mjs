import assert from "node:assert/strict";
import { test } from "node:test";

import { abusiveWords, company, hints, raisedHand, veiled, wasHard } from "../static/care.js";
import { EMPTY, reduce } from "../static/store.js";
import { event } from "./events.mjs";

const call = (...events) =>
  [event("call_started", { seq: 0 }), ...events].reduce(reduce, EMPTY).calls.c;
const BOTH = ["supervisor", "operator"];
const quoted = (quote) => [{ utterance_id: "u1", quote, start_s: 1 }];
const harassed = (members) =>
  event("alert", { alert_id: "h1", kind: "harassment", harassment_type: "abuse", audience: BOTH, ...members });
const hand = () => event("alert", { alert_id: "s1", kind: "help_sign", audience: BOTH });
const update = (alert_id, state, by, assignee = null) =>
  event("alert_updated", { alert_id, state, by, assignee });
const note = (author, at_s = 9) => event("note", { author, to: "suzuki", text: "x", at_s });
const ended = (duration_s = 60) => event("call_ended", { duration_s, reason: "stop" });

test("nobody stands by an operator in a call that needs nobody", () => {
  assert.equal(company(call(event("alert"), update("a1", "acknowledged", "sasaki")), "suzuki"), null);
  assert.equal(company(call(note("sasaki")), "suzuki"), null);
});

test("whoever answers harassment or a call for help is with the operator", () => {
  assert.deepEqual(company(call(harassed(), update("h1", "acknowledged", "sasaki")), "suzuki"), {
    name: "sasaki",
    how: "sees",
  });
  assert.deepEqual(company(call(hand(), update("s1", "assigned", "sasaki", "mori")), "suzuki"), {
    name: "mori",
    how: "assigned",
  });
  assert.equal(company(call(hand(), note("sasaki")), "suzuki").how, "wrote");
});

test("who joined is nearer than who wrote", () => {
  const took = (step, by) => event("step_taken", { alert_id: "h1", step, by });
  const now = call(harassed(), took("supervisor", "mori"), took("caution", "suzuki"), note("sasaki"));
  assert.deepEqual(company(now, "suzuki"), {
    name: "mori",
    how: "joined",
  });
});

test("what the operator does is no company, nor what came before", () => {
  const before = call(note("sasaki", 1), harassed({ at_s: 5 }), update("h1", "acknowledged", "suzuki"));
  assert.equal(company(before, "suzuki"), null);
});

test("a false alarm was no harassment", () => {
  const wrong = call(harassed({ evidence: quoted("idiot") }), update("h1", "false_alarm", "sasaki"), ended());
  assert.equal(wasHard(wrong), false);
  assert.deepEqual(abusiveWords(wrong, "u1"), []);
});

test("a raised hand is up until it is taken down", () => {
  assert.ok(raisedHand(call(hand(), update("s1", "acknowledged", "sasaki"))));
  assert.equal(raisedHand(call(hand(), update("s1", "resolved", "suzuki"))), undefined);
});

test("a call was hard after harassment or long frustration, once it is over", () => {
  const felt = (at_s, frustration) => event("emotion", { utterance_id: `x${at_s}`, at_s, frustration });
  assert.equal(wasHard(call(harassed())), false);
  assert.equal(wasHard(call(harassed(), ended())), true);
  assert.equal(wasHard(call(felt(10, 0.8), felt(60, 0.2), ended(600))), false);
  assert.equal(wasHard(call(felt(10, 0.8), felt(70, 0.6), felt(140, 0.2), ended(600))), true);
  assert.equal(wasHard(call(felt(10, 0.8), ended(140))), true);
});

test("hints are what the operator is told, at its moment, until it is read", () => {
  const ids = (of, dismissed = []) => hints(of, new Set(dismissed)).map((one) => one.alert.alert_id);
  const told = () => event("alert", { alert_id: "n1", kind: "agent_ng_word", audience: ["operator"], at_s: 10 });
  const spike = () => event("alert", { alert_id: "f1", audience: BOTH, at_s: 20 });
  const other = () => event("alert", { alert_id: "c1", kind: "churn_risk", at_s: 20, audience: ["supervisor"] });
  const now = call(told(), spike(), other(), harassed(), hand());
  assert.deepEqual(ids(now), ["f1", "n1"]);
  assert.deepEqual(ids(now, ["f1"]), ["n1"]);
  assert.deepEqual(ids(call(told(), spike(), note("x", 131))), ["f1"]);
  assert.deepEqual(ids(call(spike(), update("f1", "resolved", "sasaki"))), []);
});

test("only the quoted words are covered; a quote that is not there covers all", () => {
  assert.deepEqual(veiled("Well, you idiot, listen.", ["you idiot"]), [
    { text: "Well, ", hidden: false },
    { text: "you idiot", hidden: true },
    { text: ", listen.", hidden: false },
  ]);
  assert.deepEqual(veiled("ab cd ab", ["ab cd", "cd ab"]), [{ text: "ab cd ab", hidden: true }]);
  assert.deepEqual(veiled("something", ["else"]), [{ text: "something", hidden: true }]);
  assert.deepEqual(veiled("something", []), [{ text: "something", hidden: false }]);
});
