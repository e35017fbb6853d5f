// @ts-check
// What a supervisor can do about alerts: one tap each.

import { signal } from "@preact/signals";
import { useRef, useState } from "preact/hooks";

import { post } from "../api.js";
import { me } from "../attention.js";
import { state as board } from "../live.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { isOpen } from "../store.js";
import { Icon } from "./icons.js";
import { complain } from "./toast.js";

/** @typedef {import("../store.js").AlertState} AlertState */

const SNOOZE_MIN = [2, 5, 10];
const NAME_CHARACTERS = 128;

/** Alerts with an update on its way to the server. */
const pending = signal(/** @type {Set<string>} */ (new Set()));

/**
 * @param {object} props
 * @param {AlertState[]} props.alerts Open ones, dealt with together.
 * @param {boolean} [props.taken] Whether somebody has them in hand already.
 */
export function Deeds({ alerts, taken = false }) {
  const waits = alerts.some(({ alert }) => pending.value.has(alert.alert_id));
  const [only] = alerts;
  return html`<div class="deeds">
    ${!taken && html`<${Deed} deed="acknowledge" icon="person" look="is-primary" alerts=${alerts} waits=${waits} />`}
    <${Assign} alerts=${alerts} waits=${waits} />
    <${Deed} deed="resolve" alerts=${alerts} waits=${waits} />
    ${alerts.length === 1 &&
    only.alert.kind !== "help_sign" &&
    html`<${Deed} deed="false-alarm" alerts=${alerts} waits=${waits} />`}
    <${Snooze} alerts=${alerts} waits=${waits} />
  </div>`;
}

/** For one of several that are merged: what is false is a rule's, not a call's. @param {{ alert: AlertState }} props */
export function FalseAlarm({ alert }) {
  const waits = pending.value.has(alert.alert.alert_id);
  return html`<${Deed} deed="false-alarm" alerts=${[alert]} waits=${waits} />`;
}

/**
 * @param {object} props
 * @param {"acknowledge" | "resolve" | "false-alarm"} props.deed
 * @param {string} [props.icon]
 * @param {string} [props.look]
 * @param {AlertState[]} props.alerts
 * @param {boolean} props.waits
 */
function Deed({ deed, icon, look = "", alerts, waits }) {
  return html`<button
    class="button ${look}"
    disabled=${waits}
    onClick=${(/** @type {MouseEvent} */ event) => update(event, alerts, deed)}
  >
    ${icon && html`<${Icon} name=${icon} />`}${t(`deed.${deed}`)}
  </button>`;
}

/** @param {{ alerts: AlertState[], waits: boolean }} props */
function Snooze({ alerts, waits }) {
  return html`<span class="deed-group" role="group" aria-label=${t("deed.snooze")}>
    <span class="deed-group-name">${t("deed.snooze")}</span>
    ${SNOOZE_MIN.map(
      (minutes, place) => html`<button
        key=${minutes}
        class="button"
        disabled=${waits}
        aria-label=${t("deed.snooze.for", { minutes })}
        title=${t("deed.snooze.for", { minutes })}
        onClick=${(/** @type {MouseEvent} */ event) =>
          update(event, alerts, "snooze", {
            until: new Date(Date.now() + minutes * 60_000).toISOString(),
          })}
      >
        ${place < SNOOZE_MIN.length - 1 ? minutes : t("deed.snooze.minutes", { minutes })}
      </button>`,
    )}
  </span>`;
}

/** @param {{ alerts: AlertState[], waits: boolean }} props */
function Assign({ alerts, waits }) {
  const sheet = useRef(/** @type {any} */ (null));
  const [name, setName] = useState("");

  /** @param {any} event @param {string} assignee */
  function assign(event, assignee) {
    sheet.current.open = false;
    setName("");
    update(event, alerts, "assign", { assignee });
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key !== "Escape" || !sheet.current.open) return;
    event.stopPropagation();
    sheet.current.open = false;
    sheet.current.querySelector("summary").focus();
  }

  return html`<details class="deed-sheet" ref=${sheet} onKeyDown=${onKeyDown}>
    <summary class="button">${t("deed.assign")}</summary>
    <form
      class="deed-sheet-body"
      onSubmit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        if (name.trim()) assign(event, name.trim());
      }}
    >
      ${colleagues().map(
        (one) => html`<button
          key=${one}
          type="button"
          class="button"
          disabled=${waits}
          onClick=${(/** @type {MouseEvent} */ event) => assign(event, one)}
        >
          ${one === me.value ? t("deed.assign.me") : one}
        </button>`,
      )}
      <input
        aria-label=${t("deed.assign.name")}
        placeholder=${t("deed.assign.name")}
        maxlength=${NAME_CHARACTERS}
        value=${name}
        onInput=${(/** @type {any} */ event) => setName(event.target.value)}
      />
      <button class="button is-primary" disabled=${waits || !name.trim()}>${t("deed.assign")}</button>
    </form>
  </details>`;
}

/** Who has dealt with alerts on this board, myself first: nobody keeps a list of supervisors. */
function colleagues() {
  const names = Object.values(board.value.calls)
    .flatMap((call) => call.alerts)
    .flatMap(({ alert, updates }) => updates.filter((one) => alert.kind !== "help_sign" || one.state !== "resolved"))
    .flatMap((one) => [one.assignee, one.by]);
  const others = new Set(names.filter((name) => name && name !== me.value));
  return [me.value, .../** @type {Set<string>} */ (others)].slice(0, 6);
}

/**
 * @param {Event} event
 * @param {AlertState[]} alerts
 * @param {string} deed
 * @param {object} [members]
 */
async function update(event, alerts, deed, members = {}) {
  keepPlace(event);
  const ids = alerts.map(({ alert }) => alert.alert_id);
  pending.value = new Set([...pending.value, ...ids]);
  try {
    for (const one of alerts.filter(isOpen)) {
      const path = [one.alert.call_id, one.alert.alert_id, deed].map(encodeURIComponent).join("/");
      await post(`/api/alerts/${path}`, members);
    }
  } catch (error) {
    complain(error);
  } finally {
    pending.value = new Set([...pending.value].filter((id) => !ids.includes(id)));
  }
}

/** A button that goes takes the keyboard's place with it, so the card keeps it. @param {Event} event */
function keepPlace(event) {
  const place = /** @type {HTMLElement} */ (event.currentTarget).closest("[tabindex='-1']");
  if (place?.contains(document.activeElement)) /** @type {HTMLElement} */ (place).focus();
}
