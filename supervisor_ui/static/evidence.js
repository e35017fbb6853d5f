// @ts-check
// Which part of a text rests on which utterances.

/**
 * @typedef {object} Part
 * @property {string} text
 * @property {string[]} utterance_ids Empty: nothing in the call is cited for it.
 */

/**
 * Cuts a text at the sentences that cite utterances.
 *
 * @param {string} text
 * @param {import("./events").Sentence[]} sentences
 * @returns {Part[]} In order; together they are the text.
 */
export function parts(text, sentences) {
  const found = sentences
    .map((sentence) => ({ sentence, start: text.indexOf(sentence.text) }))
    .filter(({ sentence, start }) => sentence.text && start >= 0)
    .sort((a, b) => a.start - b.start || b.sentence.text.length - a.sentence.text.length);
  /** @type {Part[]} */
  const cut = [];
  let at = 0;
  for (const { sentence, start } of found) {
    if (start < at) continue;
    if (start > at) cut.push({ text: text.slice(at, start), utterance_ids: [] });
    cut.push({ text: sentence.text, utterance_ids: sentence.utterance_ids });
    at = start + sentence.text.length;
  }
  if (at < text.length) cut.push({ text: text.slice(at), utterance_ids: [] });
  return cut;
}

/**
 * Utterances behind a field: those of the sentence that says the same.
 *
 * @param {string} text
 * @param {import("./events").Sentence[]} sentences
 * @returns {string[]}
 */
export function behind(text, sentences) {
  const bare = strip(text);
  if (!bare) return [];
  const sentence = sentences.find((one) => {
    const said = strip(one.text);
    return said && (said.includes(bare) || bare.includes(said));
  });
  return sentence?.utterance_ids ?? [];
}

/** @param {string} text */
function strip(text) {
  return text.replace(/[\s.。、,!！?？]+/g, "").toLowerCase();
}
