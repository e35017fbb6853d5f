// @ts-check
// What became of a summary: every version, by whom, and what changed.

import { useEffect, useState } from "preact/hooks";

import { callPath, get } from "../api.js";
import { changedFields } from "../draft.js";
import { dayAndTime } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";

/** @typedef {import("../events").Summary} Summary */

/**
 * @param {object} props
 * @param {string} props.call_id
 * @param {number} props.version Of the newest one.
 */
export function History({ call_id, version }) {
  const [open, setOpen] = useState(false);
  const [versions, setVersions] = useState(/** @type {Summary[]} */ ([]));

  useEffect(() => {
    let wanted = true;
    if (open) {
      get(callPath(call_id, "/summary/versions")).then(
        (list) => wanted && setVersions(list),
        () => null,
      );
    }
    return () => {
      wanted = false;
    };
  }, [call_id, version, open]);

  if (version < 2) return null;
  return html`<details
    class="history"
    onToggle=${(/** @type {any} */ event) => setOpen(event.target.open)}
  >
    <summary>${t("history.title", { count: version })}</summary>
    <ol>
      ${versions.map((one, place) => html`<${Version} key=${one.version} summary=${one} before=${versions[place - 1]} />`)}
    </ol>
  </details>`;
}

/** @param {{ summary: Summary, before: Summary | undefined }} props */
function Version({ summary, before }) {
  const { version, state, by, made_at, spent_s, comment, text } = summary;
  const changed = before ? changedFields(before, summary) : [];
  return html`<li class="history-version">
    <span class="summary-state is-${state}">${t(`summary.state.${state}`)}</span>
    <span>${by ?? t("history.generator")}</span>
    <time datetime=${made_at}>${dayAndTime(made_at)}</time>
    ${spent_s !== null && html`<span>${t("history.spent", { seconds: Math.round(spent_s) })}</span>`}
    ${comment && html`<q>${comment}</q>`}
    ${changed.length > 0 &&
    html`<span class="history-changed"
      >${t("history.changed", { fields: changed.map((name) => t(`field.${name}`)).join(t("list.comma")) })}</span
    >`}
    ${text &&
    before &&
    text !== before.text &&
    html`<details>
      <summary>${t("history.text", { version })}</summary>
      <p class="summary-text">${text}</p>
    </details>`}
  </li>`;
}
