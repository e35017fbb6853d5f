import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, forget, isOpen, lastWords, reduce, wordsLater } from "../static/store.js";
import { event } from "./events.mjs";

const after = (...events) => events.reduce(reduce, EMPTY);
const call = (...events) => after(event("call_started", { seq: 0 }), ...events).calls.c;
const said = (text, members) => event("transcript", { utterance_id: "u1", text, ...members });

test("partials replace each other and mark what may still change", () => {
  const { utterances } = call(
    said("the deliv"),
    said("the delivery is", { revision: 2, stable_chars: 3 }),
  );
  assert.equal(utterances.length, 1);
  assert.equal(utterances[0].text, "the delivery is");
  assert.equal(utterances[0].stable, "the".length);
});

test("rare characters do not move the border of what may change", () => {
  const [{ text, stable }] = call(said("𠮷野家です", { stable_chars: 3 })).utterances;
  assert.equal(text.slice(0, stable), "𠮷野家");
});

test("a first partial is all unstable, a final is all stable", () => {
  assert.equal(call(said("the")).utterances[0].stable, 0);
  const [final] = call(said("the"), said("They", { revision: 2, final: true })).utterances;
  assert.deepEqual([final.final, final.stable], [true, 4]);
});

test("a final stays whatever comes later", () => {
  const [final] = call(said("done", { revision: 3, final: true }), said("dun", { revision: 4 })).utterances;
  assert.equal(final.text, "done");
});

test("a speaker who is unknown or hardly told is unsure, one of a channel of their own is not", () => {
  const unsure = (/** @type {object} */ members) => call(said("hello", members)).utterances[0].unsure;
  assert.equal(unsure({ speaker_confidence: null }), false);
  assert.equal(unsure({ speaker_confidence: 0.6 }), false);
  assert.equal(unsure({ speaker_confidence: 0.59 }), true);
  assert.equal(unsure({ speaker: "unknown" }), true);
});

test("an older revision changes nothing", () => {
  assert.equal(call(said("newer", { revision: 5 }), said("older", { revision: 4 })).utterances[0].text, "newer");
});

test("an utterance that turns out wordless goes away", () => {
  assert.deepEqual(call(said("uh"), said("", { revision: 2, final: true })).utterances, []);
});

test("utterances stand in the order in which people began to speak", () => {
  const { utterances } = call(
    said("second", { utterance_id: "u2", start_s: 5 }),
    said("first", { utterance_id: "u1", start_s: 2 }),
  );
  assert.deepEqual(utterances.map((one) => one.text), ["first", "second"]);
  assert.equal(lastWords({ utterances }).text, "second");
});

test("an event seen before changes nothing, not even the state's identity", () => {
  const start = event("call_started");
  const words = said("hello", { final: true });
  const state = after(start, words);
  assert.equal(reduce(reduce(state, start), words), state);
});

test("events that are told without being stored still count", () => {
  const state = after(event("call_started"));
  const away = event("degraded", { seq: 0, stage: "store", reason: "away", lag_s: 0, recovered: false });
  assert.ok(reduce(state, away).calls.c.degraded.store);
  const back = { ...away, recovered: true };
  assert.deepEqual(reduce(reduce(state, away), back).calls.c.degraded, {});
});

test("a call that is only recorded says so until its transcript is there, also when it is over", () => {
  const later = event("degraded", { stage: "recogniser", reason: "transcript after the call", lag_s: 0, recovered: false });
  const over = event("call_ended", { duration_s: 3, reason: "stop" });
  const words = said("hello", { final: true });
  const there = event("degraded", { stage: "recogniser", reason: "the transcript is there", lag_s: 0, recovered: true });
  assert.ok(!wordsLater(call()));
  assert.ok(wordsLater(call(later)));
  assert.ok(wordsLater(call(later, over)));
  const { utterances, ...whole } = call(later, over, words, there);
  assert.deepEqual([utterances[0].text, wordsLater({ utterances, ...whole })], ["hello", false]);
});

test("events of a call that never began here are passed over", () => {
  assert.equal(reduce(EMPTY, said("hello")), EMPTY);
});

test("events of a newer server are passed over", () => {
  assert.equal(call(event("telepathy")).utterances.length, 0);
});

test("the mood is the customer's, with its line over media time", () => {
  const { mood, moodLine } = call(
    said("no", { final: true, start_s: 7 }),
    event("emotion", { frustration: 0.8 }),
    event("emotion", { speaker: "agent", frustration: 0.1 }),
  );
  assert.equal(mood.frustration, 0.8);
  assert.deepEqual(moodLine, [{ at_s: 7, frustration: 0.8 }]);
});

test("each leg has its newest line, and none while nobody listens", () => {
  const line = (speaker, at_s, members) => event("line", { speaker, at_s, overtalk_s: 0, ...members });
  const lines = [
    line("customer", 1, { loudness_db: 0 }),
    line("agent", 1, { overtalk_s: 1.5 }),
    line("customer", 2, { loudness_db: 6 }),
    line("agent", 2),
  ];
  const heard = call(...lines);
  assert.deepEqual([heard.line.customer.loudness_db, heard.line.agent.at_s], [6, 2]);
  assert.equal(heard.overtalk.at_s, 1);
  assert.deepEqual(call(...lines, event("paused")).line, {});
  assert.deepEqual(call(...lines, event("call_ended", { duration_s: 3, reason: "stop" })).line, {});
});

test("an alert ends once", () => {
  const [alert] = call(
    event("alert"),
    event("alert_updated", { state: "acknowledged" }),
    event("alert_updated", { state: "resolved" }),
    event("alert_updated", { state: "false_alarm" }),
  ).alerts;
  assert.equal(alert.state, "resolved");
  assert.equal(alert.updates.length, 2);
  assert.equal(isOpen(alert), false);
});

test("masking reaches the utterance and the quotes from it", () => {
  const { utterances, alerts } = call(
    said("𠮷 my card is 4111", { final: true }),
    event("alert", { evidence: [{ utterance_id: "u1", quote: "card is 4111", start_s: 0 }] }),
    event("redacted", {
      utterance_id: "u1",
      spans: [{ start: 13, end: 17, kind: "card" }],
      text: "𠮷 my card is [card]",
    }),
  );
  assert.equal(utterances[0].text, "𠮷 my card is [card]");
  assert.equal(alerts[0].alert.evidence[0].quote, "𠮷 my card is [card]");
});

test("only a newer version of the summary counts", () => {
  const { summary } = call(
    event("summary", { version: 2, state: "edited" }),
    event("summary", { version: 1 }),
  );
  assert.equal(summary.version, 2);
});

test("a call that ends drops what was never confirmed", () => {
  const { utterances, ended } = call(
    said("sure", { final: true }),
    said("may", { utterance_id: "u2" }),
    event("call_ended", { duration_s: 3, reason: "stop" }),
  );
  assert.equal(utterances.length, 1);
  assert.equal(ended.duration_s, 3);
});

test("the oldest ended calls are forgotten, live and kept ones stay", () => {
  const day = (number) => `2026-04-0${number}T09:00:00Z`;
  const state = [1, 2, 3, 4].reduce((all, number) => {
    const call_id = `c${number}`;
    const begun = reduce(all, event("call_started", { call_id, started_at: day(number) }));
    return number === 4 ? begun : reduce(begun, event("call_ended", { call_id, duration_s: 1, reason: "stop" }));
  }, EMPTY);
  assert.deepEqual(Object.keys(forget(state, new Set(["c1"]), 1).calls), ["c1", "c3", "c4"]);
  assert.equal(forget(state, new Set(), 3), state);
});

test("steps that people took are kept in order", () => {
  const { steps } = call(
    event("step_taken", { alert_id: "a1", step: "record", by: "suzuki" }),
    event("step_taken", { alert_id: "a1", step: "end", by: "sasaki" }),
  );
  assert.deepEqual(steps.map(({ step, by }) => [step, by]), [["record", "suzuki"], ["end", "sasaki"]]);
});

test("stretches of which nothing is kept have a beginning and an end", () => {
  const begun = [event("paused", { at_s: 5 }), event("paused", { at_s: 6 })];
  assert.deepEqual(call(...begun).confidential, [{ start_s: 5, end_s: null }]);
  const whole = [...begun, event("resumed", { at_s: 9 }), event("paused", { at_s: 12 })];
  assert.deepEqual(call(...whole).confidential, [
    { start_s: 5, end_s: 9 },
    { start_s: 12, end_s: null },
  ]);
  const over = [...whole, event("call_ended", { at_s: 20, duration_s: 20, reason: "stop" })];
  assert.equal(call(...over).confidential[1].end_s, 20);
});

test("the call so far is no version of its summary", () => {
  const running = event("summary", { seq: 0, version: 0, state: "running", text: "so far" });
  assert.equal(call(running).summary, null);
  assert.equal(call(running).running.text, "so far");
  assert.equal(call(running, event("summary")).summary.version, 1);
});
