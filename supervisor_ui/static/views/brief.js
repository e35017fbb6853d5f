// @ts-check
// The call so far: for a supervisor who steps in, and for whoever takes over.

import { useEffect, useState } from "preact/hooks";

import { callPath, get } from "../api.js";
import { behind } from "../evidence.js";
import { clock } from "../format.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { FollowUps } from "./summary-fields.js";
import { Cited } from "./transcript.js";

/** Utterances after which the brief is read again, where no running summary came. */
const TURNS = 8;

/**
 * @typedef {object} Handover
 * @property {string} why
 * @property {string} situation
 * @property {string[]} done
 * @property {import("../events").FollowUp[]} promised
 * @property {{ alert_id: string, kind: string, at_s: number, quotes: import("../events").Sentence[] }[]} trouble
 * @property {{ text: string, utterance_id: string }[]} open_questions
 * @property {import("../events").Sentence[]} sentences
 * @property {string | null} why_none
 */

/** @param {{ call: import("../store.js").Call, open?: boolean }} props */
export function Brief({ call, open: begins = false }) {
  const [open, setOpen] = useState(begins);
  const [brief, setBrief] = useState(/** @type {Handover | null} */ (null));
  const finals = call.utterances.filter((one) => one.final).length;

  useEffect(() => {
    let wanted = true;
    // What is shown stays when the server is away; the page says that it is.
    if (open) {
      get(callPath(call.call_id, "/handover")).then(
        (found) => wanted && setBrief(found),
        () => null,
      );
    }
    return () => {
      wanted = false;
    };
  }, [call.call_id, open, call.running?.at_s, Math.floor(finals / TURNS), call.alerts.length]);

  return html`<details
    class="brief"
    open=${begins}
    onToggle=${(/** @type {any} */ event) => setOpen(event.target.open)}
  >
    <summary class="label">${t("brief.title")}</summary>
    ${brief && html`<${Told} brief=${brief} />`}
  </details>`;
}

/** @param {{ brief: Handover }} props */
function Told({ brief }) {
  const said = (/** @type {string} */ text) => {
    const utterance_ids = behind(text, brief.sentences);
    return utterance_ids.length > 0 ? html`<${Cited} utterance_ids=${utterance_ids}>${text}<//>` : text;
  };
  const list = (/** @type {any[]} */ items) =>
    items.length > 0 && html`<ul>${items.map((item, place) => html`<li key=${place}>${item}</li>`)}</ul>`;
  const rows = [
    ["why", brief.why && said(brief.why)],
    ["situation", brief.situation && said(brief.situation)],
    ["done", list(brief.done.map(said))],
    [
      "promised",
      brief.promised.length > 0 &&
        html`<${FollowUps} followUps=${brief.promised} sentences=${brief.sentences} />`,
    ],
    [
      "trouble",
      list(
        brief.trouble.map(
          ({ kind, at_s, quotes }) => html`${named("kind", kind)} <time>${clock(at_s)}</time>
            ${quotes.map(({ text, utterance_ids }) => html` <${Cited} utterance_ids=${utterance_ids}><q>${text}</q><//>`)}`,
        ),
      ),
    ],
    [
      "open_questions",
      list(
        brief.open_questions.map(
          ({ text, utterance_id }) => html`<${Cited} utterance_ids=${[utterance_id]}>${text}<//>`,
        ),
      ),
    ],
  ].filter(([, value]) => value);
  if (rows.length === 0) return html`<p class="empty">${t("brief.nothing")}</p>`;
  return html`<dl class="fields">
    ${rows.map(
      ([name, value]) => html`<div class="field" key=${name} data-field=${name}>
        <dt>${t(`brief.${name}`)}</dt>
        <dd>${value}</dd>
      </div>`,
    )}
  </dl>`;
}
