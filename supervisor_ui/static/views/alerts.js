// @ts-check
// Alerts: for supervisors with what they can do about them, for operators as support.

import { signal } from "@preact/signals";

import { post } from "../api.js";
import { clock, figure, quoted } from "../format.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { isOpen } from "../store.js";
import { Icon } from "./icons.js";
import { complain } from "./toast.js";
import { show } from "./transcript.js";

/** @typedef {import("../store.js").AlertState} AlertState */

/** Alerts with an update on its way to the server. */
const pending = signal(/** @type {Set<string>} */ (new Set()));

const SEVERITIES = { critical: 0, warning: 1, info: 2 };

/** Open alerts first, the most severe of them first, then the newest. @param {AlertState[]} alerts */
export function byNeed(alerts) {
  return [...alerts].sort(
    (a, b) =>
      Number(isOpen(b)) - Number(isOpen(a)) ||
      Number(a.state !== "open") - Number(b.state !== "open") ||
      SEVERITIES[a.alert.severity] - SEVERITIES[b.alert.severity] ||
      b.alert.at_s - a.alert.at_s,
  );
}

/**
 * An alert as a supervisor needs it: what, the words, when, why, and what to do.
 *
 * @param {{ alert: AlertState, onQuote?: (alert: import("../events").Alert) => void }} props
 */
export function AlertCard({ alert: { alert, state, updates }, onQuote = showQuote }) {
  const open = isOpen({ alert, state, updates });
  return html`<article
    class="alert is-${alert.severity} ${open ? "" : "is-closed"} ${state === "open" ? "" : "is-taken"}"
    data-alert=${alert.alert_id}
  >
    <${Title} alert=${alert} />
    <${Quote} alert=${alert} onQuote=${onQuote} />
    ${alert.signals.length > 0 &&
    html`<ul class="alert-signals" aria-label=${t("alert.signals")}>
      ${alert.signals.map((one) => html`<li key=${one.name}>${moved(one)}</li>`)}
    </ul>`}
    ${open && alert.suggested_step && html`<p class="alert-step">${alert.suggested_step}</p>`}
    <${Outcome} state=${state} updates=${updates} />
    ${open && html`<${Deeds} alert=${alert} state=${state} />`}
  </article>`;
}

/**
 * An alert as the operator sees it: no alarm, what would help now, and who is at hand. Only
 * one of them is open at first; the transcript needs the room.
 *
 * @param {{ alert: AlertState, open: boolean }} props
 */
export function SupportCard({ alert: { alert, updates }, open }) {
  const helper = [...updates]
    .reverse()
    .find(({ state }) => state === "acknowledged" || state === "assigned");
  return html`<details class="alert is-support" data-alert=${alert.alert_id} open=${open}>
    <summary><${Title} alert=${alert} calm /></summary>
    <p class="alert-step">${named("support", alert.kind, t("support.other"))}</p>
    <${Quote} alert=${alert} onQuote=${showQuote} />
    ${helper &&
    html`<p class="alert-helper">
      <${Icon} name="person" />${t("alert.helper", { name: helper.assignee ?? helper.by })}
    </p>`}
  </details>`;
}

/** @param {{ alert: import("../events").Alert, calm?: boolean }} props Calm: how severe is not said. */
function Title({ alert, calm = false }) {
  return html`<h3 class="alert-title">
    <${Icon} name=${alert.severity} />
    ${!calm && html`<span class="alert-severity">${t(`severity.${alert.severity}`)}</span>`}
    <span>${named("kind", alert.kind, alert.message)}</span>
    ${alert.harassment_type &&
    html`<span class="alert-type">${named("harassment", alert.harassment_type)}</span>`}
  </h3>`;
}

/** @param {{ alert: import("../events").Alert, onQuote: (alert: import("../events").Alert) => void }} props */
function Quote({ alert, onQuote }) {
  const [evidence] = alert.evidence;
  if (!evidence) return html`<p class="alert-message">${alert.message}</p>`;
  return html`<button class="alert-quote" onClick=${() => onQuote(alert)} title=${t("alert.show")}>
    <q class="alert-words">${quoted(evidence.quote)}</q>
    <time>${clock(evidence.start_s)}</time>
  </button>`;
}

/** @param {{ state: AlertState["state"], updates: AlertState["updates"] }} props */
function Outcome({ state, updates }) {
  const last = updates[updates.length - 1];
  if (!last) return null;
  return html`<p class="alert-outcome">
    <${Icon} name=${state === "false_alarm" ? "flag" : "check"} />
    ${t(`alert.state.${state}`, { name: last.assignee ?? last.by })}
  </p>`;
}

/** @param {{ alert: import("../events").Alert, state: AlertState["state"] }} props */
function Deeds({ alert, state }) {
  const waits = pending.value.has(alert.alert_id);
  const deeds = /** @type {const} */ ([
    ["acknowledge", "person", "is-primary"],
    ["resolve", "check", ""],
    ["false-alarm", "flag", ""],
  ]);
  return html`<div class="alert-deeds">
    ${deeds
      .filter(([deed]) => deed !== "acknowledge" || state === "open")
      .map(
        ([deed, icon, look]) => html`<button
          key=${deed}
          class="button ${look}"
          disabled=${waits}
          onClick=${() => update(alert, deed)}
        >
          <${Icon} name=${icon} />${t(`deed.${deed}`)}
        </button>`,
      )}
  </div>`;
}

/** @param {import("../events").Alert} alert @param {string} deed */
async function update(alert, deed) {
  pending.value = new Set([...pending.value, alert.alert_id]);
  try {
    const path = [alert.call_id, alert.alert_id, deed].map(encodeURIComponent).join("/");
    await post(`/api/alerts/${path}`);
  } catch (error) {
    complain(error);
  } finally {
    const rest = new Set(pending.value);
    rest.delete(alert.alert_id);
    pending.value = rest;
  }
}

/** @param {import("../events").Alert} alert */
function showQuote(alert) {
  show(alert.evidence.map((one) => one.utterance_id));
}

/** @param {import("../events").Signal} signal */
function moved({ name, value, baseline }) {
  const what = named("signal", name);
  return baseline === null || baseline === undefined
    ? t("signal.is", { what, value: figure(value) })
    : t("signal.moved", { what, value: figure(value), baseline: figure(baseline) });
}
