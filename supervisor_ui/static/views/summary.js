// @ts-check
// The note for the CRM: read with its evidence, edited in place, approved by a person.

import { useEffect, useRef, useState } from "preact/hooks";

import { callPath, post, put } from "../api.js";
import { autosave, draftOf } from "../draft.js";
import { parts } from "../evidence.js";
import { timeOfDay } from "../format.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { Deliveries } from "./deliveries.js";
import { Icon } from "./icons.js";
import { SummaryFields } from "./summary-fields.js";
import { SummaryForm } from "./summary-form.js";
import { complain } from "./toast.js";
import { Cited } from "./transcript.js";

/**
 * @param {object} props
 * @param {import("../store.js").Call} props.call
 * @param {string} props.me
 */
export function SummaryPanel({ call, me }) {
  const { summary } = call;
  if (!summary || summary.state === "running") {
    return html`<section class="summary is-waiting" aria-label=${t("summary.title")}>
      <p class="empty" role="status">${t("summary.waiting")}</p>
    </section>`;
  }
  return html`<${Note} key=${call.call_id} call=${call} summary=${summary} me=${me} />`;
}

/**
 * @param {object} props
 * @param {import("../store.js").Call} props.call
 * @param {import("../events").Summary} props.summary
 * @param {string} props.me
 */
function Note({ call, summary, me }) {
  const [editing, setEditing] = useState(false);
  const [draft, setDraft] = useState(() => draftOf(summary));
  const [status, setStatus] = useState(/** @type {import("../draft.js").SaveStatus} */ ("clean"));
  const [approving, setApproving] = useState(false);
  const saver = useRef(/** @type {ReturnType<typeof autosave> | null} */ (null));
  saver.current ??= autosave({
    version: summary.version,
    put: (edit) => put(callPath(call.call_id, "/summary"), edit),
    onStatus: setStatus,
  });
  const save = saver.current;

  useEffect(() => {
    if (summary.version <= save.version || save.busy) return;
    save.rebase(summary.version, false);
    if (!editing || summary.by !== me) setDraft(draftOf(summary));
  }, [summary]);
  useEffect(() => {
    const flush = () => document.hidden && save.flush();
    document.addEventListener("visibilitychange", flush);
    return () => document.removeEventListener("visibilitychange", flush);
  }, []);

  /** @param {import("../draft.js").Draft} next */
  function change(next) {
    setDraft(next);
    save.change(next);
  }

  async function approve() {
    setApproving(true);
    try {
      if (!(await save.flush())) return;
      const approved = await post(callPath(call.call_id, "/summary/approve"), {
        version: save.version,
      });
      save.rebase(approved.version, false);
      setEditing(false);
    } catch (error) {
      complain(error);
    } finally {
      setApproving(false);
    }
  }

  /** @param {boolean} mine */
  function settle(mine) {
    if (!mine) setDraft(draftOf(summary));
    save.rebase(summary.version, mine);
  }

  const approved = summary.state === "approved" && !save.busy;
  const empty = summary.state === "unavailable" && !editing;
  return html`<section class="summary" aria-label=${t("summary.title")}>
    <header class="summary-head">
      <h2>${t("summary.title")}</h2>
      <span class="summary-state is-${summary.state}">${t(`summary.state.${summary.state}`)}</span>
      <span class="summary-saved" role="status">${saved(status, summary)}</span>
    </header>
    <div class="summary-body" tabindex="0">
      ${status === "conflict" &&
      html`<div class="summary-conflict" role="alert">
        <p>${t("summary.conflict")}</p>
        <button class="button" onClick=${() => settle(true)}>${t("summary.keep_mine")}</button>
        <button class="button" onClick=${() => settle(false)}>${t("summary.take_theirs")}</button>
      </div>`}
      ${empty &&
      html`<p class="empty">${named("why_none", summary.why_none ?? "", t("why_none.other"))}</p>`}
      ${editing
        ? html`<${SummaryForm} draft=${draft} onChange=${change} />`
        : !empty && html`<${Reading} summary=${summary} draft=${draft} />`}
      <${Deliveries} deliveries=${call.deliveries} approved=${approved} />
    </div>
    <footer class="summary-foot">
      <button class="button" aria-pressed=${editing} onClick=${() => setEditing(!editing)}>
        <${Icon} name=${editing ? "check" : "edit"} />
        ${t(editing ? "summary.done" : approved ? "summary.edit_again" : "summary.edit")}
      </button>
      ${approved
        ? html`<span class="summary-approved"
            ><${Icon} name="check" />${t("summary.approved", {
              name: summary.by ?? "",
              time: timeOfDay(summary.made_at),
            })}</span
          >`
        : html`<button
            class="button is-primary"
            disabled=${approving || empty || status === "conflict"}
            onClick=${approve}
          >
            <${Icon} name="send" />${t("summary.approve")}
          </button>`}
    </footer>
  </section>`;
}

/**
 * @param {object} props
 * @param {import("../events").Summary} props.summary
 * @param {import("../draft.js").Draft} props.draft
 */
function Reading({ summary, draft }) {
  const { brief, text, fields } = draft;
  return html`
    ${fields.headline && html`<p class="summary-headline">${fields.headline}</p>`}
    ${brief && html`<p class="summary-brief"><${Text} text=${brief} summary=${summary} /></p>`}
    ${text && text !== brief && html`<p class="summary-text"><${Text} text=${text} summary=${summary} /></p>`}
    ${summary.sentences.length > 0 && html`<p class="hint">${t("summary.hint")}</p>`}
    <${SummaryFields} fields=${fields} sentences=${summary.sentences} />
  `;
}

/** A text whose sentences lead to the words they rest on. @param {{ text: string, summary: import("../events").Summary }} props */
function Text({ text, summary }) {
  return parts(text, summary.sentences).map(({ text: words, utterance_ids }) =>
    utterance_ids.length > 0
      ? html`<${Cited} utterance_ids=${utterance_ids}>${words}<//>`
      : html`<span>${words}</span>`,
  );
}

/**
 * @param {import("../draft.js").SaveStatus} status
 * @param {import("../events").Summary} summary
 */
function saved(status, summary) {
  return status === "clean" || status === "conflict"
    ? ""
    : t(`save.${status}`, { time: timeOfDay(summary.made_at) });
}
