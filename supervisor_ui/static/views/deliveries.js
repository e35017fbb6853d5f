// @ts-check
// Where an approved summary is on its way to the CRM.

import { useState } from "preact/hooks";

import { post } from "../api.js";
import { timeOfDay } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { role } from "../session.js";
import { Icon } from "./icons.js";
import { complain } from "./toast.js";

const ICONS = { queued: "slow", sent: "check", failed: "warning", dead: "critical" };

/** Who may send again by hand. */
const SENDERS = ["supervisor", "admin"];

/**
 * @param {object} props
 * @param {string} props.call_id
 * @param {import("../store.js").Call["deliveries"]} props.deliveries
 * @param {boolean} props.approved
 */
export function Deliveries({ call_id, deliveries, approved }) {
  const all = Object.values(deliveries);
  if (all.length === 0 && !approved) return null;
  return html`<section class="deliveries" aria-label=${t("delivery.title")} aria-live="polite">
    <h3>${t("delivery.title")}</h3>
    ${all.length === 0 && html`<p class="empty">${t("delivery.waiting")}</p>`}
    <ul>
      ${all.map(
        ({ target, state, attempt, external_id, error, next_try_at }) => html`<li key=${target} class="delivery is-${state}">
          <${Icon} name=${ICONS[state]} />
          <span class="delivery-target">${target}</span>
          <span>${t(`delivery.${state}`, { attempt })}</span>
          ${state === "failed" && next_try_at && html`<span>${t("delivery.next", { time: timeOfDay(next_try_at) })}</span>`}
          ${external_id && html`<small>${external_id}</small>`}
          ${error && html`<small class="delivery-error">${error}</small>`}
          ${(state === "failed" || state === "dead") &&
          html`<${SendAgain} call_id=${call_id} target=${target} />`}
        </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {{ call_id: string, target: string }} props */
function SendAgain({ call_id, target }) {
  const [busy, setBusy] = useState(false);
  if (!SENDERS.includes(role())) return null;

  async function send() {
    setBusy(true);
    try {
      await post(`/api/deliveries/${encodeURIComponent(call_id)}/${encodeURIComponent(target)}/retry`);
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  }

  return html`<button class="button" disabled=${busy} onClick=${send}>${t("delivery.again")}</button>`;
}
