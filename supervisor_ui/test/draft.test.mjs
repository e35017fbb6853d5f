import assert from "node:assert/strict";
import { test } from "node:test";

import { autosave, changedFields, stopwatch, tidy } from "../static/draft.js";
import { fields } from "./events.mjs";

const draft = (members) => ({ brief: "", text: "", fields: fields(members) });

/** An autosave whose clock and server are ours. `answers` are what the server does in turn. */
function editor(...answers) {
  const seen = { puts: [], statuses: [], timers: [] };
  const saver = autosave({
    version: 1,
    put: async (edit) => {
      seen.puts.push(edit);
      const answer = answers.shift();
      if (answer) throw Object.assign(new Error(), { status: answer });
      return { version: edit.version + 1 };
    },
    onStatus: (status) => seen.statuses.push(status),
    later: (work) => seen.timers.push(work),
    cancel: () => {},
  });
  return { ...seen, saver };
}

test("saves after a pause, the newest words only", async () => {
  const { saver, puts, statuses, timers } = editor();
  saver.change(draft({ reason: "a" }));
  saver.change(draft({ reason: "ab" }));
  assert.equal(puts.length, 0);
  timers.at(-1)();
  assert.equal(await saver.flush(), true);
  assert.deepEqual(puts.map((edit) => [edit.version, edit.fields.reason]), [[1, "ab"]]);
  assert.equal(saver.version, 2);
  assert.equal(statuses.at(-1), "saved");
});

test("what is written while a save is on its way is saved on top of it", async () => {
  const { saver, puts } = editor();
  saver.change(draft({ reason: "a" }));
  const saving = saver.flush();
  saver.change(draft({ reason: "b" }));
  await saving;
  assert.deepEqual(puts.map((edit) => [edit.version, edit.fields.reason]), [[1, "a"], [2, "b"]]);
});

test("keeps what could not be saved and tries again", async () => {
  const { saver, puts, statuses, timers } = editor(503);
  saver.change(draft({ reason: "a" }));
  assert.equal(await saver.flush(), false);
  assert.equal(statuses.at(-1), "failed");
  timers.at(-1)();
  assert.equal(await saver.flush(), true);
  assert.equal(puts.length, 2);
});

test("goes on from another version, without what was not saved", async () => {
  const { saver, puts } = editor(503);
  saver.change(draft({ reason: "old" }));
  await saver.flush();
  saver.rebase(5);
  assert.equal(await saver.flush(), true);
  assert.equal(puts.length, 1);
  saver.change(draft({ reason: "new" }));
  await saver.flush();
  assert.deepEqual([puts.at(-1).version, puts.at(-1).fields.reason], [5, "new"]);
  assert.equal(saver.busy, false);
});

test("blank entries go, and 'not stated' stays only where nothing stands", () => {
  const tidied = tidy(
    draft({
      actions_taken: ["sent", " "],
      follow_ups: [{ owner: "agent", what: "", due: null }],
      reason: "a late parcel",
      not_stated: ["reason", "follow_ups", "promises"],
    }),
  ).fields;
  assert.deepEqual(tidied.actions_taken, ["sent"]);
  assert.deepEqual(tidied.follow_ups, []);
  assert.deepEqual(tidied.not_stated, ["follow_ups", "promises"]);
});

test("what changed between two versions is named by field, and the text", () => {
  const before = { text: "a", fields: fields({ reason: "x", not_stated: ["promises"] }) };
  const after = { text: "b", fields: fields({ reason: "x", promises: ["y"] }) };
  assert.deepEqual(changedFields(before, after), ["text", "promises"]);
  assert.deepEqual(changedFields(after, after), []);
});

test("only what is before somebody's eyes costs their time", () => {
  let now = 0;
  const watch = stopwatch(() => now);
  watch.start();
  now = 2000;
  watch.start();
  now = 4000;
  assert.equal(watch.seconds, 4);
  watch.stop();
  watch.stop();
  now = 60_000;
  assert.equal(watch.seconds, 4);
  watch.start();
  now = 61_000;
  assert.equal(watch.seconds, 5);
});

test("the time of a version begins anew, or where its draft was left", () => {
  let now = 0;
  const watch = stopwatch(() => now);
  watch.start();
  now = 5000;
  watch.restart();
  assert.equal(watch.seconds, 0);
  now = 7000;
  assert.equal(watch.seconds, 2);
  watch.restart(30);
  now = 8000;
  assert.equal(watch.seconds, 31);
});
