// @ts-check
// Abusive words, covered until somebody wants to see them.

import { signal } from "@preact/signals";

import { cares, veiled } from "../care.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Icon } from "./icons.js";

const lifted = signal(/** @type {Set<string>} */ (new Set()));

/**
 * Words with the abusive ones covered. Pointing at them is not enough: a hand that passes
 * over should not bring them back.
 *
 * @param {{ id: string, text: string, quotes: string[] }} props
 */
export function Veiled({ id, text, quotes }) {
  if (!cares.value.veil || lifted.value.has(id)) return text;
  return veiled(text, quotes).map(({ text: piece, hidden }, place) =>
    hidden
      ? html`<button
          key=${place}
          class="veil"
          title=${t("veil.show")}
          onClick=${() => (lifted.value = new Set([...lifted.value, id]))}
        >
          <${Icon} name="veil" />${t("veil.words")}
        </button>`
      : piece,
  );
}
