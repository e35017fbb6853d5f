// @ts-check
// The fields of a summary as one writes them.

import { codes, titleOf } from "../dispositions.js";
import { html } from "../html.js";
import { t } from "../i18n.js";

/** @typedef {import("../draft.js").Draft} Draft */
/** @typedef {import("../events").FollowUp} FollowUp */

const RESOLUTIONS = ["resolved", "escalated", "callback_promised", "unresolved"];
const OWNERS = ["agent", "customer", "other"];

/** @param {{ draft: Draft, onChange: (draft: Draft) => void }} props */
export function SummaryForm({ draft, onChange }) {
  const { fields } = draft;
  const set = (/** @type {Partial<Draft["fields"]>} */ change) =>
    onChange({ ...draft, fields: { ...fields, ...change } });
  const unsaid = (/** @type {string} */ name) => (fields.not_stated.includes(name) ? t("not_stated") : "");
  return html`<form class="form" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <${Field} name="headline" value=${fields.headline} onChange=${(/** @type {string} */ headline) => set({ headline })} />
    <${Field} name="text" value=${draft.text} rows=5 onChange=${(/** @type {string} */ text) => onChange({ ...draft, text })} />
    ${/** @type {const} */ (["reason", "situation"]).map(
      (name) => html`<${Field}
        key=${name}
        name=${name}
        rows=2
        value=${fields[name]}
        unsaid=${unsaid(name)}
        onChange=${(/** @type {string} */ value) => set({ [name]: value })}
      />`,
    )}
    ${/** @type {const} */ (["actions_taken", "promises"]).map(
      (name) => html`<${Field}
        key=${name}
        name=${name}
        rows=3
        hint=${t("form.lines")}
        value=${fields[name].join("\n")}
        unsaid=${unsaid(name)}
        onChange=${(/** @type {string} */ value) => set({ [name]: value.split("\n") })}
      />`,
    )}
    <label class="form-field">
      <span>${t("field.resolution")}</span>
      <select
        value=${fields.resolution ?? ""}
        onChange=${(/** @type {any} */ event) => set({ resolution: event.target.value || null })}
      >
        <option value="">${t("not_stated")}</option>
        ${RESOLUTIONS.map((one) => html`<option key=${one} value=${one}>${t(`resolution.${one}`)}</option>`)}
      </select>
    </label>
    <${DispositionField} chosen=${fields.disposition} onChange=${(/** @type {Draft["fields"]["disposition"]} */ disposition) => set({ disposition })} />
    <fieldset class="form-field">
      <legend>${t("field.follow_ups")}</legend>
      ${fields.follow_ups.map(
        (one, place) => html`<${FollowUpRow}
          key=${place}
          value=${one}
          onChange=${(/** @type {FollowUp} */ next) =>
            set({ follow_ups: fields.follow_ups.map((old, at) => (at === place ? next : old)) })}
          onRemove=${() => set({ follow_ups: fields.follow_ups.filter((_, at) => at !== place) })}
        />`,
      )}
      <button
        type="button"
        class="button"
        onClick=${() => set({ follow_ups: [...fields.follow_ups, { owner: "agent", what: "", due: null }] })}
      >
        ${t("form.add_follow_up")}
      </button>
    </fieldset>
  </form>`;
}

/**
 * The codes of the centre's list; those that the summary proposes stand first.
 *
 * @param {object} props
 * @param {Draft["fields"]["disposition"]} props.chosen
 * @param {(chosen: Draft["fields"]["disposition"]) => void} props.onChange
 */
function DispositionField({ chosen, onChange }) {
  const listed = codes.value.dispositions.map(({ code }) => code);
  const all = [...new Set([...chosen.map(({ code }) => code), ...listed])];
  if (all.length === 0) return null;
  return html`<label class="form-field">
    <span>${t("field.disposition")}</span>
    <select
      name="disposition"
      value=${chosen[0]?.code ?? ""}
      onChange=${(/** @type {any} */ event) =>
        onChange(event.target.value ? [{ code: event.target.value, confidence: 1 }] : [])}
    >
      <option value="">${t("not_stated")}</option>
      ${all.map((code) => {
        const proposed = chosen.find((one) => one.code === code && one.confidence < 1);
        const share = proposed ? ` (${t("share", { percent: Math.round(proposed.confidence * 100) })})` : "";
        return html`<option key=${code} value=${code}>${titleOf(code)}${share}</option>`;
      })}
    </select>
  </label>`;
}

/**
 * @param {object} props
 * @param {string} props.name
 * @param {string} props.value
 * @param {number} [props.rows]
 * @param {string} [props.hint]
 * @param {string} [props.unsaid]
 * @param {(value: string) => void} props.onChange
 */
function Field({ name, value, rows = 1, hint = "", unsaid = "", onChange }) {
  return html`<label class="form-field">
    <span>${t(`field.${name}`)}${hint && html` <small>${hint}</small>`}</span>
    <textarea
      name=${name}
      rows=${rows}
      value=${value}
      placeholder=${unsaid}
      onInput=${(/** @type {any} */ event) => onChange(event.target.value)}
    ></textarea>
  </label>`;
}

/**
 * @param {object} props
 * @param {FollowUp} props.value
 * @param {(value: FollowUp) => void} props.onChange
 * @param {() => void} props.onRemove
 */
function FollowUpRow({ value, onChange, onRemove }) {
  const due = (/** @type {string} */ said, /** @type {string} */ date) =>
    onChange({ ...value, due: said || date ? { said, date: date || null } : null });
  return html`<div class="follow-up">
    <select
      aria-label=${t("form.owner")}
      value=${value.owner}
      onChange=${(/** @type {any} */ event) => onChange({ ...value, owner: event.target.value })}
    >
      ${OWNERS.map((one) => html`<option key=${one} value=${one}>${t(`owner.${one}`)}</option>`)}
    </select>
    <input
      type="date"
      aria-label=${t("form.due")}
      value=${value.due?.date ?? ""}
      onInput=${(/** @type {any} */ event) => due(value.due?.said ?? "", event.target.value)}
    />
    <button type="button" class="button" onClick=${onRemove}>${t("form.remove")}</button>
    <textarea
      rows="2"
      aria-label=${t("form.what")}
      value=${value.what}
      onInput=${(/** @type {any} */ event) => onChange({ ...value, what: event.target.value })}
    ></textarea>
  </div>`;
}
