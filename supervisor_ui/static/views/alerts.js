// @ts-check
// Alerts, with what supervisors can do about them.

import { now_ms } from "../attention.js";
import { clock, quoted, timeOfDay } from "../format.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { sentences } from "../signals.js";
import { isOpen, stateAt } from "../store.js";
import { Deeds } from "./deeds.js";
import { Icon } from "./icons.js";
import { show } from "./transcript.js";

/** @typedef {import("../store.js").AlertState} AlertState */

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
 * An alert as a supervisor needs it: what, the words, when, why, what to do, and what was
 * done.
 *
 * @param {{ alert: AlertState }} props
 */
export function AlertCard({ alert: one }) {
  const { alert, updates } = one;
  const open = isOpen(one);
  const taken = stateAt(one, now_ms.value) !== "open";
  return html`<article
    class="alert is-${alert.severity} ${open ? "" : "is-closed"} ${taken ? "is-taken" : ""}"
    data-alert=${alert.alert_id}
    tabindex="-1"
  >
    <${Title} alert=${alert} />
    <${Quote} alert=${alert} onQuote=${showQuote} />
    <${Signals} alert=${alert} />
    ${open && html`<${Step} alert=${alert} />`}
    ${updates.length > 1
      ? html`<details class="alert-history">
          <summary><${Outcome} alert=${one} /></summary>
          <${History} updates=${updates} />
        </details>`
      : html`<${Outcome} alert=${one} />`}
    ${open && html`<${Deeds} alerts=${[one]} taken=${taken} />`}
  </article>`;
}

/** Who did what about it, oldest first. @param {{ updates: AlertState["updates"] }} props */
function History({ updates }) {
  return html`<ol aria-label=${t("alert.history")}>
    ${updates.map(
      (one) => html`<li key=${one.seq}>
        <time>${timeOfDay(one.made_at)}</time>
        <span>${done(one)}${one.comment && html` <q>${quoted(one.comment)}</q>`}</span>
      </li>`,
    )}
  </ol>`;
}

/** @param {{ alert: import("../events").Alert }} props */
export function Title({ alert }) {
  const icon = alert.kind === "help_sign" ? "hand" : alert.severity;
  return html`<h3 class="alert-title">
    <${Icon} name=${icon} />
    <span class="alert-severity">${t(`severity.${alert.severity}`)}</span>
    <span>${named("kind", alert.kind, alert.message)}</span>
    ${alert.harassment_type &&
    html`<span class="alert-type">${named("harassment", alert.harassment_type)}</span>`}
  </h3>`;
}

/** @param {{ alert: import("../events").Alert, onQuote: (alert: import("../events").Alert) => void }} props */
export function Quote({ alert, onQuote }) {
  const [evidence] = alert.evidence;
  if (!evidence) return html`<p class="alert-message">${alert.message}</p>`;
  return html`<button class="alert-quote" onClick=${() => onQuote(alert)} title=${t("alert.show")}>
    <q class="alert-words">${quoted(evidence.quote)}</q>
    <time>${clock(evidence.start_s)}</time>
  </button>`;
}

/** What moved, and by how much. @param {{ alert: import("../events").Alert }} props */
export function Signals({ alert }) {
  const moved = sentences(alert.signals);
  if (moved.length === 0) return null;
  return html`<ul class="alert-signals" aria-label=${t("alert.signals")}>
    ${moved.map((one) => html`<li key=${one}>${one}</li>`)}
  </ul>`;
}

/** What to do. @param {{ alert: import("../events").Alert }} props */
export function Step({ alert }) {
  if (!alert.suggested_step) return null;
  return html`<p class="alert-step is-suggested"><${Icon} name="step" />${alert.suggested_step}</p>`;
}

/** Where it stands now. @param {{ alert: AlertState }} props */
export function Outcome({ alert: one }) {
  const last = one.updates[one.updates.length - 1];
  if (!last) return null;
  const back = one.state === "snoozed" && stateAt(one, now_ms.value) === "open";
  const icon = { snoozed: "slow", false_alarm: "flag" }[String(one.state)] ?? "check";
  return html`<p class="alert-outcome">
    <${Icon} name=${back ? "slow" : icon} />${back ? t("alert.back") : done(last)}
  </p>`;
}

/** @param {import("../events").AlertUpdated} update */
function done(update) {
  return t(`alert.state.${update.state}`, {
    name: update.state === "assigned" ? (update.assignee ?? "") : update.by,
    by: update.by,
    time: update.until ? timeOfDay(update.until) : "",
  });
}

/** @param {import("../events").Alert} alert */
function showQuote(alert) {
  show(alert.evidence.map((one) => one.utterance_id));
}
