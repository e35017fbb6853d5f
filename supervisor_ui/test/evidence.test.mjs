import assert from "node:assert/strict";
import { test } from "node:test";

import { behind, parts } from "../static/evidence.js";

const sentence = (text, ...utterance_ids) => ({ text, utterance_ids });

test("a text is cut at the sentences that cite, and stays whole", () => {
  const text = "Reason: the parcel is late. Resolved.";
  const cut = parts(text, [sentence("Resolved.", "u9"), sentence("the parcel is late.", "u1", "u2")]);
  assert.equal(cut.map((part) => part.text).join(""), text);
  assert.deepEqual(
    cut.map((part) => part.utterance_ids),
    [[], ["u1", "u2"], [], ["u9"]],
  );
});

test("sentences that the text does not hold are left out", () => {
  assert.deepEqual(parts("as edited", [sentence("as drafted", "u1")]), [
    { text: "as edited", utterance_ids: [] },
  ]);
});

test("a longer sentence wins over one inside it", () => {
  const [part] = parts("the parcel is late", [sentence("the parcel", "u1"), sentence("the parcel is late", "u2")]);
  assert.deepEqual(part.utterance_ids, ["u2"]);
});

test("a field leads to the sentence that says the same", () => {
  const sentences = [sentence("お弁当が届かない。", "u3")];
  assert.deepEqual(behind("お弁当が届かない", sentences), ["u3"]);
  assert.deepEqual(behind("別の話", sentences), []);
  assert.deepEqual(behind("", sentences), []);
});
