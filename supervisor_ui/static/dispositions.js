// @ts-check
// The codes that a call may be closed with, as the centre listed them.

import { signal } from "@preact/signals";

import { get } from "./api.js";
import { language, named } from "./i18n.js";

/** @typedef {{ required: boolean, dispositions: { code: string, title: Record<string, string> }[] }} Codes */

/** @type {import("@preact/signals").Signal<Codes>} */
export const codes = signal({ required: false, dispositions: [] });

let asked = false;

/** Reads the list, once; a page that could not tries again with the next call. */
export function loadCodes() {
  if (asked) return;
  asked = true;
  get("/api/dispositions").then(
    (list) => (codes.value = list),
    () => (asked = false),
  );
}

/** @param {string} code */
export function titleOf(code) {
  const known = codes.value.dispositions.find((one) => one.code === code);
  return known?.title[language.value] ?? named("disposition", code);
}
