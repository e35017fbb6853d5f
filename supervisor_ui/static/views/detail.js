// @ts-check
// One call in full: why it stands where it stands, every word, its note.

import { useState } from "preact/hooks";

import { callPath, post } from "../api.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { concerns } from "../urgency.js";
import { AlertCard, byNeed } from "./alerts.js";
import { Brief } from "./brief.js";
import { CallBanners, LiveState } from "./call-state.js";
import { Effects } from "./effects.js";
import { Icon } from "./icons.js";
import { Ladders } from "./ladder.js";
import { LineState } from "./line.js";
import { Mood, MoodLine } from "./mood.js";
import { SummaryPanel } from "./summary.js";
import { complain } from "./toast.js";
import { Transcript } from "./transcript.js";

/** A note is short enough to be read during a call. */
const NOTE_CHARACTERS = 1000;

/**
 * @param {object} props
 * @param {import("../store.js").Call} props.call
 * @param {() => void} props.onClose
 */
export function Detail({ call, onClose }) {
  const { agent_id, customer_id } = call.started;
  const alerts = call.alerts.filter(concerns);
  return html`<aside class="detail" aria-label=${t("detail.label", { agent: agent_id })}>
    <header class="detail-head">
      <button class="icon-button detail-close" aria-label=${t("detail.close")} onClick=${onClose}>
        <${Icon} name="cross" />
      </button>
      <h2>${agent_id}</h2>
      <span class="tile-who">${customer_id}</span>
      <${LiveState} call=${call} />
    </header>
    <${CallBanners} call=${call} />
    <div class="detail-why">
      <div class="tile-mood"><${Mood} call=${call} /><${MoodLine} call=${call} /></div>
      <${LineState} call=${call} />
      ${alerts.length === 0
        ? html`<p class="empty">${t("detail.no_alerts")}</p>`
        : byNeed(alerts).map((one) => html`<${AlertCard} key=${one.alert.alert_id} alert=${one} />`)}
      <${Ladders} call=${call} />
      ${call.alerts.some(({ alert }) => alert.kind === "harassment") &&
      html`<a class="detail-evidence" href=${callPath(call.call_id, "/evidence")} download>
        <${Icon} name="down" />${t("detail.evidence")}
      </a>`}
      <${Effects} call=${call} />
      ${!call.ended && html`<${Brief} key=${call.call_id} call=${call} open=${true} />`}
    </div>
    <${Transcript} call=${call} />
    ${call.ended
      ? html`<${SummaryPanel} call=${call} />`
      : html`<${Notes} call=${call} />`}
  </aside>`;
}

/** A word to the operator, without speaking into the call. @param {{ call: import("../store.js").Call }} props */
function Notes({ call }) {
  const [text, setText] = useState("");
  const [sending, setSending] = useState(false);
  const last = call.notes[call.notes.length - 1];

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    if (!text.trim() || sending) return;
    setSending(true);
    try {
      await post(callPath(call.call_id, "/notes"), { text: text.trim() });
      setText("");
    } catch (error) {
      complain(error);
    } finally {
      setSending(false);
    }
  }

  return html`<form class="note-form" onSubmit=${send}>
    ${last && html`<p class="note-last"><${Icon} name="check" />${t("note.sent", { text: last.text })}</p>`}
    <input
      aria-label=${t("note.label", { agent: call.started.agent_id })}
      placeholder=${t("note.label", { agent: call.started.agent_id })}
      maxlength=${NOTE_CHARACTERS}
      value=${text}
      onInput=${(/** @type {any} */ event) => setText(event.target.value)}
    />
    <button class="button" disabled=${sending || !text.trim()}><${Icon} name="send" />${t("note.send")}</button>
  </form>`;
}
