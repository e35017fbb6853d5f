import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";

import { fields } from "./events.mjs";

// Nothing is saved after a pause here: tests hand in what they write.
mock.timers.enable({ apis: ["setTimeout"] });
globalThis.document ??= { documentElement: { dataset: {} } };
const { edit } = await import("../static/editing.js");

const summary = (version, text = `version ${version}`) => ({ version, brief: "", text, fields: fields() });
const mine = { brief: "", text: "mine", fields: fields() };
const realFetch = globalThis.fetch;
afterEach(() => (globalThis.fetch = realFetch));

/** A server with one draft and one summary; what it was asked is in `asked`. */
function server({ newest = 1, kept = null } = {}) {
  const asked = [];
  globalThis.fetch = async (path, { method, body }) => {
    const sent = body ? JSON.parse(body) : undefined;
    asked.push([method, path.split("/summary")[1], sent?.version]);
    const answer = (status, content) => ({ ok: status < 300, status, statusText: "", json: async () => content });
    if (path.endsWith("/draft") && method === "GET") return kept ? answer(200, kept) : answer(404, {});
    if (path.endsWith("/draft")) return answer(200, { version: sent?.version, newest_version: newest });
    if (sent.version !== newest) return answer(409, { detail: "not the newest" });
    newest += 1;
    return answer(200, summary(newest));
  };
  return asked;
}

test("what is written becomes one version, saved before", async () => {
  const asked = server();
  const editing = edit("c", summary(1));
  editing.change(mine);
  assert.equal(await editing.handIn(), true);
  assert.deepEqual(asked, [["PUT", "/draft", 1], ["PUT", "", 1]]);
  assert.equal(editing.written.value, false);
});

test("a draft of an older version never overwrites the newer one by itself", async () => {
  server({ newest: 2, kept: { version: 1, newest_version: 2, text: "old words", saved_at: "2026-04-01T09:00:00Z" } });
  const editing = edit("c", summary(2));
  await editing.restore();
  assert.equal(editing.conflict.value, true);
  assert.equal(editing.draft.value.text, "old words");
  editing.change({ ...mine, text: "old words, and more" });
  assert.equal(await editing.handIn(), false);
  assert.equal(editing.conflict.value, true, "one keystroke settles nothing");
  editing.keep(summary(2));
  assert.equal(await editing.handIn(), true);
});

test("somebody else's version is taken where nothing is written, else asked about", () => {
  server({ newest: 2 });
  const idle = edit("c", summary(1));
  idle.follow(summary(2));
  assert.equal(idle.draft.value.text, "version 2");
  const busy = edit("c", summary(1));
  busy.change(mine);
  busy.follow(summary(2));
  assert.equal(busy.conflict.value, true);
  assert.equal(busy.draft.value.text, "mine");
});

test("a version refused by the server is a conflict, and nothing is lost", async () => {
  server({ newest: 3 });
  const editing = edit("c", summary(1));
  editing.change(mine);
  assert.equal(await editing.handIn(), false);
  assert.equal(editing.conflict.value, true);
  assert.equal(editing.draft.value.text, "mine");
});
