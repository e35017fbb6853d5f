// @ts-check
// Calls in a list, with what became of their summaries.

import { computed, signal } from "@preact/signals";

import { get } from "../api.js";
import { clock, dayAndTime } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { state } from "../live.js";
import { complain } from "./toast.js";

const LISTED = 30;

/**
 * @typedef {object} Row
 * @property {string} call_id
 * @property {string} state
 * @property {string} agent_id
 * @property {string} started_at
 * @property {number} duration_s
 * @property {string} headline
 * @property {string | null} summary_state
 */

/** From the record, as it stood when the page asked. */
const stored = signal(/** @type {Row[]} */ ([]));

/** Newest first, with what happened since. */
export const listed = computed(() => {
  const live = Object.values(state.value.calls).map(rowOf);
  const known = new Set(live.map((row) => row.call_id));
  return [...live, ...stored.value.filter((row) => !known.has(row.call_id))].sort((a, b) =>
    b.started_at.localeCompare(a.started_at),
  );
});

/** @param {"" | "ended"} wanted Which calls; empty: all. */
export async function loadList(wanted) {
  try {
    const page = await get(`/api/calls?limit=${LISTED}${wanted && `&state=${wanted}`}`);
    stored.value = page.entries;
  } catch (error) {
    complain(error);
  }
}

/**
 * @param {object} props
 * @param {Row[]} props.calls
 * @param {string} [props.selected]
 * @param {(call_id: string) => void} props.onOpen
 */
export function CallList({ calls, selected, onOpen }) {
  return html`<ul class="call-list">
    ${calls.map(
      (row) => html`<li key=${row.call_id}>
        <button
          class="call-row"
          aria-current=${row.call_id === selected ? "true" : undefined}
          data-call=${row.call_id}
          onClick=${() => onOpen(row.call_id)}
        >
          <span class="call-row-head">${row.headline || t("call.no_headline")}</span>
          <span class="call-row-facts">
            ${row.agent_id} · ${dayAndTime(row.started_at)} · ${clock(row.duration_s)}
          </span>
          <span class="summary-state is-${row.state === "live" ? "live" : row.summary_state}">
            ${row.state === "live" ? t("call.live") : t(`summary.state.${row.summary_state ?? "waiting"}`)}
          </span>
        </button>
      </li>`,
    )}
  </ul>`;
}

/** @param {import("../store.js").Call} call @returns {Row} */
function rowOf(call) {
  return {
    call_id: call.call_id,
    state: call.ended ? "ended" : "live",
    agent_id: call.started.agent_id,
    started_at: call.started.started_at,
    duration_s: call.ended?.duration_s ?? call.at_s,
    headline: call.summary?.fields.headline ?? "",
    summary_state: call.summary?.state ?? null,
  };
}
