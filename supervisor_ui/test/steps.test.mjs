import assert from "node:assert/strict";
import { test } from "node:test";

import { byType, dueSteps, inLanguage } from "../static/steps.js";

const step = (id, state, call_at_least_s = null) => ({ id, state, call_at_least_s });

test("a step becomes due by the clock of the call without asking again", () => {
  const ladder = { steps: [step("record", "taken"), step("caution", "later", 1800), step("end", "later")] };
  assert.deepEqual(dueSteps(ladder, 1799), []);
  assert.deepEqual(dueSteps(ladder, 1800).map((one) => one.id), ["caution"]);
});

test("what was taken or passed over is not due, however late it is", () => {
  const ladder = { steps: [step("caution", "passed", 10), step("warning", "taken", 10), step("end", "due")] };
  assert.deepEqual(dueSteps(ladder, 999).map((one) => one.id), ["end"]);
});

test("each type has one ladder, that of its newest alert, the newest type first", () => {
  const ladder = (alert_id, harassment_type) => ({ alert_id, harassment_type });
  const shown = byType([ladder("a1", "abuse"), ladder("t1", "threat"), ladder("a2", "abuse")]);
  assert.deepEqual(shown.map((one) => one.alert_id), ["t1", "a2"]);
});

test("words are in the language asked for, or in one that is there", () => {
  assert.equal(inLanguage({ ja: "はい", en: "yes" }, "ja-JP"), "はい");
  assert.equal(inLanguage({ ja: "はい", en: "yes" }, "auto"), "yes");
  assert.equal(inLanguage({ ja: "はい" }, "en"), "はい");
  assert.equal(inLanguage({}, "en"), "");
});
