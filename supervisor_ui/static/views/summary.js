// @ts-check
// The note for the CRM: read with its evidence, edited in place, approved by a person.

import { useEffect, useMemo, useState } from "preact/hooks";

import { callPath } from "../api.js";
import { codes, loadCodes } from "../dispositions.js";
import { edit } from "../editing.js";
import { parts } from "../evidence.js";
import { timeOfDay } from "../format.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { role } from "../session.js";
import { Deliveries } from "./deliveries.js";
import { History } from "./history.js";
import { Icon } from "./icons.js";
import { SummaryFields } from "./summary-fields.js";
import { SummaryForm } from "./summary-form.js";
import { complain } from "./toast.js";
import { Cited } from "./transcript.js";

/** @typedef {import("../events").Summary} Summary */
/** @typedef {ReturnType<typeof edit>} Editing */

/**
 * @param {object} props
 * @param {import("../store.js").Call} props.call
 */
export function SummaryPanel({ call }) {
  const { summary } = call;
  if (!summary) {
    return html`<section class="summary is-waiting" aria-label=${t("summary.title")}>
      <p class="empty" role="status">${t("summary.waiting")}</p>
    </section>`;
  }
  return html`<${Note} key=${call.call_id} call=${call} summary=${summary} />`;
}

/**
 * @param {object} props
 * @param {import("../store.js").Call} props.call
 * @param {Summary} props.summary
 */
function Note({ call, summary }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const editing = useMemo(() => edit(call.call_id, summary), []);
  const draft = editing.draft.value;
  const status = editing.status.value;
  const conflict = editing.conflict.value;

  useEffect(() => {
    loadCodes();
    editing.restore().then(() => editing.found.value && setOpen(true));
  }, []);
  useEffect(() => editing.follow(summary), [summary]);
  useEffect(() => {
    // Only what is before somebody's eyes costs their time.
    const look = () => {
      if (open && !document.hidden) editing.watch.start();
      else editing.watch.stop();
      if (document.hidden) editing.flush();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [open]);

  /** @param {() => Promise<any>} work */
  async function settled(work) {
    setBusy(true);
    try {
      return await work();
    } catch (error) {
      complain(error);
      return false;
    } finally {
      setBusy(false);
    }
  }

  const done = () => settled(async () => (await editing.handIn()) && setOpen(false));
  const approve = () => settled(async () => (await editing.approve(), editing.written.value || setOpen(false)));
  const discard = () => settled(async () => (await editing.discard(summary), setOpen(false)));
  /** @param {string} comment */
  const reopen = (comment) =>
    settled(async () => {
      await editing.reopen(comment);
      setAsking(false);
      setOpen(true);
    });

  const approved = summary.state === "approved" && !editing.written.value;
  const empty = summary.state === "unavailable" && !open;
  const uncoded = codes.value.required && draft.fields.disposition.length === 0;
  return html`<section class="summary" aria-label=${t("summary.title")}>
    <header class="summary-head">
      <h2>${t("summary.title")}</h2>
      <span class="summary-state is-${summary.state}">${t(`summary.state.${summary.state}`)}</span>
      <span class="summary-saved" role="status">${saved(status)}</span>
      ${role() !== "operator" &&
      html`<a
        class="summary-print"
        href=${callPath(call.call_id, "/export?format=html")}
        target="_blank"
        rel="noopener"
        ><${Icon} name="print" />${t("summary.print")}</a
      >`}
    </header>
    <div class="summary-body" tabindex="0">
      ${conflict &&
      html`<div class="summary-notice is-conflict" role="alert">
        <p>${t("summary.conflict")}</p>
        <button class="button" onClick=${() => editing.keep(summary)}>${t("summary.keep_mine")}</button>
        <button class="button" onClick=${discard}>${t("summary.take_theirs")}</button>
      </div>`}
      ${editing.found.value &&
      !conflict &&
      html`<div class="summary-notice" role="status">
        <p>${t("summary.restored", { time: timeOfDay(editing.found.value) })}</p>
        <button class="button" onClick=${discard}>${t("summary.discard")}</button>
      </div>`}
      ${empty &&
      html`<p class="empty">${named("why_none", summary.why_none ?? "", t("why_none.other"))}</p>`}
      ${open
        ? html`<${SummaryForm} draft=${draft} onChange=${editing.change} />`
        : !empty && html`<${Reading} summary=${summary} draft=${draft} />`}
      <${Deliveries} call_id=${call.call_id} deliveries=${call.deliveries} approved=${approved} />
      <${History} call_id=${call.call_id} version=${summary.version} />
    </div>
    <footer class="summary-foot">
      ${asking
        ? html`<${Reopening} busy=${busy} onReopen=${reopen} onCancel=${() => setAsking(false)} />`
        : approved
          ? html`<button class="button" onClick=${() => setAsking(true)}>
                <${Icon} name="edit" />${t("summary.edit_again")}
              </button>
              <span class="summary-approved"
                ><${Icon} name="check" />${t("summary.approved", {
                  name: summary.by ?? "",
                  time: timeOfDay(summary.made_at),
                })}</span
              >`
          : html`${uncoded && !empty && html`<span class="hint">${t("summary.uncoded")}</span>`}
              <button class="button" aria-pressed=${open} disabled=${busy || (open && conflict)} onClick=${open ? done : () => setOpen(true)}>
                <${Icon} name=${open ? "check" : "edit"} />
                ${t(open ? "summary.done" : empty ? "summary.write" : "summary.edit")}
              </button>
              <button
                class="button is-primary"
                disabled=${busy || empty || uncoded || conflict}
                onClick=${approve}
              >
                <${Icon} name="send" />${t("summary.approve")}
              </button>`}
    </footer>
  </section>`;
}

/**
 * Asks why an approved note is taken up again.
 *
 * @param {object} props
 * @param {boolean} props.busy
 * @param {(comment: string) => void} props.onReopen
 * @param {() => void} props.onCancel
 */
function Reopening({ busy, onReopen, onCancel }) {
  const [comment, setComment] = useState("");
  return html`<form
    class="summary-reopen"
    onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      if (comment.trim()) onReopen(comment.trim());
    }}
  >
    <label
      >${t("summary.why_reopen")}
      <input
        name="comment"
        maxlength="500"
        value=${comment}
        ref=${(/** @type {HTMLElement | null} */ input) => input?.focus()}
        onInput=${(/** @type {any} */ event) => setComment(event.target.value)}
      />
    </label>
    <button type="button" class="button" onClick=${onCancel}>${t("summary.cancel")}</button>
    <button class="button is-primary" disabled=${busy || !comment.trim()}>${t("summary.reopen")}</button>
  </form>`;
}

/**
 * @param {object} props
 * @param {Summary} props.summary
 * @param {import("../draft.js").Draft} props.draft
 */
function Reading({ summary, draft }) {
  const { brief, text, fields } = draft;
  return html`
    ${fields.headline && html`<p class="summary-headline">${fields.headline}</p>`}
    ${brief && html`<p class="summary-brief"><${Text} text=${brief} sentences=${summary.sentences} /></p>`}
    ${text && text !== brief && html`<p class="summary-text"><${Text} text=${text} sentences=${summary.sentences} /></p>`}
    ${summary.sentences.length > 0 && html`<p class="hint">${t("summary.hint")}</p>`}
    ${summary.fallback && html`<p class="hint"><${Icon} name="info" />${t(`fallback.${summary.fallback}`)}</p>`}
    ${summary.unsupported.length > 0 &&
    html`<details class="unsupported">
      <summary>${t(summary.by ? "unsupported.kept" : "unsupported.dropped", { count: summary.unsupported.length })}</summary>
      <ul>
        ${summary.unsupported.map((one) => html`<li key=${one}>${one}</li>`)}
      </ul>
    </details>`}
    <${SummaryFields} fields=${fields} sentences=${summary.sentences} />
  `;
}

/**
 * A text whose sentences lead to the words they rest on.
 *
 * @param {{ text: string, sentences: import("../events").Sentence[] }} props
 */
export function Text({ text, sentences }) {
  return parts(text, sentences).map(({ text: words, utterance_ids }) =>
    utterance_ids.length > 0
      ? html`<${Cited} utterance_ids=${utterance_ids}>${words}<//>`
      : html`<span>${words}</span>`,
  );
}

/** @param {import("../draft.js").SaveStatus} status */
function saved(status) {
  return status === "clean"
    ? ""
    : t(`save.${status}`, { time: timeOfDay(new Date().toISOString()) });
}
