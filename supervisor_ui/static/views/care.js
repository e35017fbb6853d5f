// @ts-check
// Care for the operator: help at a tap, who is with them, hints that can go, a break after a
// hard call.

import { signal } from "@preact/signals";

import { callPath, post } from "../api.js";
import { cares, CARES, choose, company, harassments, hints, raisedHand, wasHard } from "../care.js";
import { clock, quoted } from "../format.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { Icon } from "./icons.js";
import { complain } from "./toast.js";
import { show } from "./transcript.js";

/**
 * @typedef {import("../store.js").Call} Call
 * @typedef {import("../store.js").AlertState} AlertState
 */

/** As many hints stand above the transcript; more would push it off the panel. */
const HINTS_SHOWN = 2;

const dismissed = signal(/** @type {Set<string>} */ (new Set()));
const asking = signal(false);

/** Raises the hand, or takes it down. @param {{ call: Call }} props */
export function HelpButton({ call }) {
  const up = raisedHand(call);
  return html`<button
    class="button help ${up ? "is-up" : ""}"
    aria-pressed=${up ? "true" : "false"}
    title=${t(up ? "help.lower" : "help.label")}
    disabled=${asking.value}
    onClick=${() => ask(call.call_id, up ? "/help/lower" : "/help")}
  >
    <${Icon} name="hand" />${t(up ? "help.up" : "help.raise")}
  </button>`;
}

/** @param {string} call_id @param {string} path */
async function ask(call_id, path) {
  asking.value = true;
  try {
    await post(callPath(call_id, path));
  } catch (error) {
    complain(error);
  } finally {
    asking.value = false;
  }
}

/**
 * Who is with the operator, with their newest note; else that help was asked for.
 *
 * @param {{ call: Call, me: string }} props
 */
export function Company({ call, me }) {
  const who = company(call, me);
  const [note] = call.notes.filter(({ author }) => author !== me).slice(-1);
  const theirs = who && note?.author === who.name;
  const raised = raisedHand(call);
  return html`<div class="company-place" role="status">
    ${who &&
    html`<p class="company">
      <${Icon} name="person" />
      <span>
        <b>${t("company.title")}</b> ${t(`company.${who.how}`, { name: who.name })}
        ${theirs && html`<q>${quoted(note.text)}</q>`}
      </span>
    </p>`}
    ${note &&
    !theirs &&
    html`<article class="from-supervisor">
      <h3><${Icon} name="note" />${t("note.from", { name: note.author })}</h3>
      <p>${note.text}</p>
    </article>`}
    ${!who && raised && html`<p class="company is-waiting"><${Icon} name="hand" /><span>${t("help.waits")}</span></p>`}
    ${!who &&
    !raised &&
    harassments(call).length > 0 &&
    html`<p class="company is-waiting"><${Icon} name="person" /><span>${t("support.harassment")}</span></p>`}
  </div>`;
}

/** @param {{ call: Call }} props */
export function Hints({ call }) {
  const shown = cares.value.hints ? hints(call, dismissed.value).slice(0, HINTS_SHOWN) : [];
  return shown.map((one) => html`<${Hint} key=${one.alert.alert_id} one=${one} />`);
}

/** No alarm: what would help now, and the words it is about. @param {{ one: AlertState }} props */
function Hint({ one: { alert, updates } }) {
  const private_ = alert.audience.every((one) => one === "operator");
  const helper = [...updates]
    .reverse()
    .find(({ state }) => state === "acknowledged" || state === "assigned");
  const [evidence] = alert.evidence;
  return html`<article class="hint" data-alert=${alert.alert_id}>
    <h3 class="hint-title">
      <${Icon} name=${private_ ? "speech" : "info"} />
      <span>${named("kind", alert.kind, alert.message)}</span>
      ${private_ && html`<small>${t("hint.private")}</small>`}
    </h3>
    <button
      class="icon-button hint-close"
      aria-label=${t("hint.dismiss")}
      onClick=${() => (dismissed.value = new Set([...dismissed.value, alert.alert_id]))}
    >
      <${Icon} name="cross" />
    </button>
    <p>${named("support", alert.kind, t("support.other"))}</p>
    ${evidence &&
    html`<button
      class="hint-quote"
      title=${t("alert.show")}
      onClick=${() => show(alert.evidence.map((one) => one.utterance_id))}
    >
      <q>${evidence.quote}</q><time>${clock(evidence.start_s)}</time>
    </button>`}
    ${helper &&
    html`<p class="alert-helper">
      <${Icon} name="person" />${t("alert.helper", { name: helper.assignee ?? helper.by })}
    </p>`}
  </article>`;
}

/** After a hard call, once. @param {{ call: Call }} props */
export function Break({ call }) {
  const key = `break ${call.call_id}`;
  if (!cares.value.breaks || !wasHard(call) || dismissed.value.has(key)) return null;
  return html`<aside class="break" aria-label=${t("break.title")}>
    <h3><${Icon} name="cup" />${t("break.title")}</h3>
    <p>${t("break.text")}</p>
    <div class="break-deeds">
      <button class="button" onClick=${() => (dismissed.value = new Set([...dismissed.value, key]))}>
        ${t("break.done")}
      </button>
      <button class="button is-quiet" onClick=${() => choose("breaks", false)}>${t("break.off")}</button>
    </div>
  </aside>`;
}

/** What operators choose for themselves, in the menu. */
export function CareChoices() {
  return html`<fieldset class="care">
    <legend>${t("care.title")}</legend>
    ${CARES.map(
      (care) => html`<label key=${care}>
        <input
          type="checkbox"
          name=${`care-${care}`}
          checked=${cares.value[care]}
          onChange=${(/** @type {any} */ event) => choose(care, event.target.checked)}
        /><span>${t(`care.${care}`)}</span>
      </label>`,
    )}
    <small>${t("care.note")}</small>
  </fieldset>`;
}
