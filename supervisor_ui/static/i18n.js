// @ts-check
// Words of the pages, in the reader's language.

import { signal } from "@preact/signals";

import { recall, remember } from "./preferences.js";

export const LANGUAGES = /** @type {const} */ ({ ja: "日本語", en: "English" });

/** @typedef {keyof typeof LANGUAGES} Language */

/** @type {import("@preact/signals").Signal<Language>} */
export const language = signal("en");
/** @type {import("@preact/signals").Signal<Record<string, string>>} */
const words = signal({});

/** The language chosen before, or the browser's. */
export function preferredLanguage() {
  const wanted = [recall("language"), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return /** @type {Language} */ (wanted.find((tag) => tag && tag in LANGUAGES) ?? "en");
}

/** @param {Language} chosen */
export async function speak(chosen) {
  const response = await fetch(`/i18n/${chosen}.json`);
  words.value = await response.json();
  language.value = chosen;
  document.documentElement.lang = chosen;
}

/** @param {Language} chosen */
export function chooseLanguage(chosen) {
  remember("language", chosen);
  return speak(chosen);
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values] For `{name}` in the words.
 * @returns {string}
 */
export function t(key, values = {}) {
  const text = words.value[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/**
 * Words for a code that a newer server or a company's own rules may add to.
 *
 * @param {string} prefix
 * @param {string} code
 * @param {string} [otherwise]
 */
export function named(prefix, code, otherwise = code.replaceAll("_", " ")) {
  return words.value[`${prefix}.${code}`] ?? otherwise;
}

/** @param {string} key @param {number} count English has a form for one. */
export function counted(key, count) {
  return t(count === 1 ? `${key}.one` : `${key}.other`, { count });
}
