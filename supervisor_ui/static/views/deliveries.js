// @ts-check
// Where an approved summary is on its way to the CRM.

import { html } from "../html.js";
import { t } from "../i18n.js";
import { Icon } from "./icons.js";

const ICONS = { queued: "slow", sent: "check", failed: "warning", dead: "critical" };

/**
 * @param {object} props
 * @param {import("../store.js").Call["deliveries"]} props.deliveries
 * @param {boolean} props.approved
 */
export function Deliveries({ deliveries, approved }) {
  const all = Object.values(deliveries);
  if (all.length === 0 && !approved) return null;
  return html`<section class="deliveries" aria-label=${t("delivery.title")} aria-live="polite">
    <h3>${t("delivery.title")}</h3>
    ${all.length === 0 && html`<p class="empty">${t("delivery.waiting")}</p>`}
    <ul>
      ${all.map(
        ({ target, state, attempt, external_id }) => html`<li key=${target} class="delivery is-${state}">
          <${Icon} name=${ICONS[state]} />
          <span class="delivery-target">${target}</span>
          <span>${t(`delivery.${state}`, { attempt })}</span>
          ${external_id && html`<small title=${external_id}>${external_id}</small>`}
        </li>`,
      )}
    </ul>
  </section>`;
}
