import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { speak } from "../static/i18n.js";
import { sentences } from "../static/signals.js";

globalThis.document = { documentElement: {} };
globalThis.fetch = async (path) => ({
  json: async () => JSON.parse(await readFile(new URL(`..${path}`, import.meta.url), "utf8")),
});

/** What the watch and the voice meter tell, by name: value and this caller's usual one. */
const told = (signals) =>
  sentences(Object.entries(signals).map(([name, [value, baseline]]) => ({ name, value, baseline: baseline ?? null })));

test("what moved is said in the reader's language, and by how much", async () => {
  const moved = { frustration: [0.82, 0.16], loudness_db: [-12.1, -18.4], speech_rate: [6.9, 5.2] };
  await speak("en");
  assert.deepEqual(told(moved), [
    "Mood: from Calm to Very upset",
    "6 dB louder than at the start",
    "Speaks 33 % faster than at the start",
  ]);
  await speak("ja");
  assert.deepEqual(told(moved), [
    "気分が「穏やか」から「強い不満」へ",
    "通話の初めより6 dB大きい声",
    "通話の初めより33 %早口",
  ]);
});

test("what did not move is not said", async () => {
  await speak("en");
  const still = { loudness_db: [-17, -18], pitch_hz: [181, 180], rise: [-0.2, 0], voice: [0.4, 0], utterances: [9] };
  assert.deepEqual(told(still), []);
  assert.deepEqual(told({ loudness_db: [-12] }), [], "a first utterance has no usual");
});

test("words are told where they sound other than the turn as a whole", async () => {
  await speak("en");
  assert.deepEqual(told({ frustration: [0.5, 0.03], words: [0.87, 0.02] }), [
    "Mood: from Calm to Frustrated",
    "The words alone: Very upset",
  ]);
  assert.deepEqual(told({ frustration: [0.8, 0.8], words: [0.87] }), ["Mood: Very upset"]);
});

test("types of harassment and measures that nobody knows have words too", async () => {
  await speak("en");
  assert.deepEqual(told({ harassment_threat: [0.96], moon_phase: [0.5] }), [
    "Threat: 96 % sure",
    "moon phase: 0.5",
  ]);
});

test("every measure that a rule may compare has a sentence of its own, or none", async () => {
  await speak("en");
  const source = await readFile(new URL("../../sentiment/moment.py", import.meta.url), "utf8");
  const [, table] = source.match(/MEASURES: dict\[str, str\] = \{(.*?)\n\}/s);
  const names = [...table.matchAll(/^ {4}"(\w+)":/gm)].map(([, name]) => name);
  assert.ok(names.length > 20);
  const unknown = names.filter((name) => told({ [name]: [3, 1] }).some((one) => one.startsWith(name.replaceAll("_", " "))));
  assert.deepEqual(unknown, []);
});
