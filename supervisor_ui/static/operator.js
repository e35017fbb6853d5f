// @ts-check
// The operator's side panel: one call, beside the CRM.

import { effect, signal } from "@preact/signals";
import { render } from "preact";

import { html } from "./html.js";
import { preferredLanguage, speak, t } from "./i18n.js";
import { connection, follow, kept, state } from "./live.js";
import { session, signIn } from "./session.js";
import { Brief } from "./views/brief.js";
import { CallBanners, LiveState } from "./views/call-state.js";
import { CallList, listed, loadList } from "./views/call-list.js";
import { Break, CareChoices, Company, HelpButton, Hints } from "./views/care.js";
import { Icon } from "./views/icons.js";
import { Ladders } from "./views/ladder.js";
import { Mood, MoodLine } from "./views/mood.js";
import { OwnLine } from "./views/own-line.js";
import { Notice, Shell } from "./views/shell.js";
import { SummaryPanel } from "./views/summary.js";
import { Transcript } from "./views/transcript.js";
import { openCall } from "./record.js";

const asked = new URLSearchParams(location.search).get("call");
/** The call on the panel. */
const current = signal(asked ?? "");

/** @typedef {import("./store.js").Call} Call */

function Panel() {
  const call = state.value.calls[current.value];
  const next = call && !asked ? waiting(call) : undefined;
  const lead = call
    ? html`<${LiveState} call=${call} />
        <span class="bar-customer">${customer(call)}</span>
        ${!call.ended && isMine(call) && html`<${HelpButton} call=${call} />`}`
    : html`<h1 class="bar-title">${t("operator.title")}</h1>`;
  return html`<${Shell} title=${t("operator.title")} assert=${false} lead=${lead} choices=${html`<${CareChoices} />`}>
    ${call
      ? html`
          ${next && html`<${NextCall} call=${next} />`}
          <${CallBanners} call=${call} />
          <main class="panel ${call.ended ? "is-ended" : "is-live"}" key=${call.call_id}>
            <${Feeling} call=${call} />
            <${Transcript} call=${call} audience="operator" />
            ${call.ended && html`<${SummaryPanel} call=${call} />`}
          </main>
        `
      : html`<${NoCall} />`}
  <//>`;
}

/** Mood, who is at hand, and what might help now. @param {{ call: Call }} props */
function Feeling({ call }) {
  return html`<section class="feeling" aria-label=${t("mood.title")}>
    <${Break} call=${call} />
    <div class="feeling-mood">
      <h2 class="label">${t("mood.title")}</h2>
      <${Mood} call=${call} />
      <${MoodLine} call=${call} />
    </div>
    ${!call.ended &&
    html`<div class="feeling-help">
      <${OwnLine} call=${call} />
      <${Company} call=${call} me=${myName()} />
      <${Ladders} call=${call} />
      <${Hints} call=${call} />
    </div>`}
    ${!call.ended && html`<${Brief} key=${call.call_id} call=${call} />`}
  </section>`;
}

/** @param {{ call: Call }} props */
function NextCall({ call }) {
  return html`<p class="banner is-calm" role="status">
    <${Icon} name="phone" /><span>${t("operator.next")}</span>
    <button class="button is-primary" onClick=${() => (current.value = call.call_id)}>
      ${t("operator.open")}
    </button>
  </p>`;
}

function NoCall() {
  if (connection.value === "connecting") {
    return html`<main class="middle"><${Notice} title=${t("loading")} /></main>`;
  }
  const calls = listed.value;
  return html`<main class="middle appears-late">
    <${Notice}
      icon="phone"
      title=${t(asked ? "operator.not_begun.title" : "operator.no_call.title")}
      text=${t(asked ? "operator.not_begun.text" : "operator.no_call.text")}
    />
    ${!asked && calls.length > 0 && html`<${CallList} calls=${calls} onOpen=${open} />`}
  </main>`;
}

/** @param {string} call_id */
function open(call_id) {
  current.value = call_id;
  openCall(call_id);
}

/** The newest live call that the operator could turn to. @param {Call | undefined} shown */
function waiting(shown) {
  return liveCalls().find((call) => shown?.ended && call.call_id !== shown.call_id);
}

/** Newest first. */
function liveCalls() {
  return Object.values(state.value.calls)
    .filter((call) => !call.ended)
    .sort((a, b) => b.started.started_at.localeCompare(a.started.started_at));
}

/** @param {Call} call */
function customer({ started }) {
  return started.customer_id ?? t(`direction.${started.direction}`);
}

/** Whether whoever looks at the panel is on this call. @param {Call} call */
function isMine({ started }) {
  return started.agent_id === myName();
}

function myName() {
  return session.value.state === "signed_in" ? session.value.person.name : "";
}

await speak(preferredLanguage());
render(html`<${Panel} />`, /** @type {HTMLElement} */ (document.getElementById("page")));

effect(() => {
  if (session.value.state !== "signed_in") return;
  const end = follow(asked ? [asked] : "all", session.value.person.role);
  if (!asked) loadList("");
  return end;
});
// A new call comes up by itself where nothing is lost by it: not over a note that still
// waits for its approval, and only for the operator whose calls these are.
effect(() => {
  if (asked || session.value.state !== "signed_in" || session.value.person.role !== "operator") return;
  const shown = state.value.calls[current.value];
  const done = !shown || shown.summary?.state === "approved";
  const newest = liveCalls()[0];
  if (newest && done) current.value = newest.call_id;
});
effect(() => {
  kept.value = new Set([current.value]);
});

await signIn();
