// @ts-check
// The fields of a summary as one reads them. What nobody said is shown as "not stated".

import { titleOf } from "../dispositions.js";
import { behind } from "../evidence.js";
import { clock } from "../format.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { level } from "../levels.js";
import { Cited } from "./transcript.js";

/** @typedef {import("../events").SummaryFields} Fields */
/** @typedef {import("../events").Sentence[]} Sentences */

/** @param {{ fields: Fields, sentences: Sentences }} props */
export function SummaryFields({ fields, sentences }) {
  const said = (/** @type {string} */ text) =>
    html`<${Said} key=${text} text=${text} sentences=${sentences} />`;
  const list = (/** @type {string[]} */ texts) =>
    texts.length > 0 && html`<ul>${texts.map((text) => html`<li key=${text}>${said(text)}</li>`)}</ul>`;
  const { resolution, customer_mood: mood, help_offers: help } = fields;
  const rows = [
    ["reason", fields.reason && said(fields.reason)],
    ["situation", fields.situation && said(fields.situation)],
    ["actions_taken", list(fields.actions_taken)],
    ["resolution", resolution && html`<span class="tag is-${resolution}">${t(`resolution.${resolution}`)}</span>`],
    ["follow_ups", fields.follow_ups.length > 0 && html`<${FollowUps} followUps=${fields.follow_ups} sentences=${sentences} />`],
    ["promises", list(fields.promises)],
    ["decisions", list(fields.decisions)],
    ["entities", fields.entities.length > 0 && html`<${Entities} fields=${fields} />`],
    [
      "disposition",
      fields.disposition.length > 0 &&
        fields.disposition.map(
          ({ code, confidence }) => html`<span key=${code} class="tag"
            >${titleOf(code)}${confidence < 1 && html` <small>${t("share", { percent: Math.round(confidence * 100) })}</small>`}</span
          >`,
        ),
    ],
    ["customer_mood", mood && html`<${MoodPath} mood=${mood} />`],
    ["help_offers", help.made > 0 && t("help_offers", { made: help.made, accepted: help.accepted })],
  ];
  return html`<dl class="fields">
    ${rows
      .filter(([name, value]) => value || fields.not_stated.includes(/** @type {string} */ (name)))
      .map(
        ([name, value]) => html`<div class="field" key=${name} data-field=${name}>
          <dt>${t(`field.${name}`)}</dt>
          <dd>${value || html`<span class="not-stated">${t("not_stated")}</span>`}</dd>
        </div>`,
      )}
  </dl>`;
}

/** @param {{ text: string, sentences: Sentences }} props */
function Said({ text, sentences }) {
  const utterance_ids = behind(text, sentences);
  if (utterance_ids.length === 0) return text;
  return html`<${Cited} utterance_ids=${utterance_ids}>${text}<//>`;
}

/** @param {{ followUps: Fields["follow_ups"], sentences: Sentences }} props */
export function FollowUps({ followUps, sentences }) {
  return html`<ul>
    ${followUps.map(
      ({ owner, what, due }) => html`<li key=${what}>
        <span class="tag">${t(`owner.${owner}`)}</span> <${Said} text=${what} sentences=${sentences} />
        ${due && html` <span class="due">${[due.said, due.date].filter(Boolean).join(" · ")}</span>`}
      </li>`,
    )}
  </ul>`;
}

/** @param {{ fields: Fields }} props */
function Entities({ fields }) {
  return html`<ul class="entities">
    ${fields.entities.map(
      ({ kind, value, normalised }) => html`<li key=${kind + value} title=${normalised ?? value}>
        <small>${named("entity", kind)}</small> ${value}
      </li>`,
    )}
  </ul>`;
}

/** @param {{ mood: NonNullable<Fields["customer_mood"]> }} props */
function MoodPath({ mood }) {
  return html`<span class="mood-path">
    ${/** @type {const} */ (["start", "low", "end"]).map(
      (name) => html`<span key=${name} class="mood is-${level(mood[name].frustration)}">
        <small>${t(`mood_path.${name}`)} <time>${clock(mood[name].at_s)}</time></small>
        <span class="mood-word">${t(`mood.${level(mood[name].frustration)}`)}</span>
      </span>`,
    )}
  </span>`;
}
