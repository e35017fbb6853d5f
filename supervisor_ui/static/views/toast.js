// @ts-check
// A sentence about something that just failed, with what to do. It goes by itself.

import { signal } from "@preact/signals";

import { ApiError } from "../api.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { Icon } from "./icons.js";

const SHOWN_MS = 8000;

const message = signal("");
/** @type {any} */
let timer = null;

/** @param {unknown} error */
export function complain(error) {
  const status = error instanceof ApiError ? error.status : -1;
  message.value = named("error", String(status), t("error.other"));
  clearTimeout(timer);
  timer = setTimeout(() => (message.value = ""), SHOWN_MS);
}

export function Toast() {
  return html`<div class="toast-place" role="status">
    ${message.value &&
    html`<p class="toast">
      <${Icon} name="warning" />${message.value}
      <button class="icon-button" aria-label=${t("close")} onClick=${() => (message.value = "")}>
        <${Icon} name="cross" />
      </button>
    </p>`}
  </div>`;
}
