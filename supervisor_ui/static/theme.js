// @ts-check
// Light, dark, or as the machine is set.

import { signal } from "@preact/signals";

import { recall, remember } from "./preferences.js";

export const THEMES = /** @type {const} */ (["system", "light", "dark"]);

export const theme = signal(recall("theme") ?? "system");
document.documentElement.dataset.theme = theme.value;

/** @param {string} chosen */
export function chooseTheme(chosen) {
  theme.value = chosen;
  document.documentElement.dataset.theme = chosen;
  remember("theme", chosen);
}
