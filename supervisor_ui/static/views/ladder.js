// @ts-check
// Steps against harassment: what is due now, the words to read out, and that they were said.

import { useEffect } from "preact/hooks";

import { harassments } from "../care.js";
import { quoted, timeOfDay } from "../format.js";
import { html } from "../html.js";
import { language, named, t } from "../i18n.js";
import { loadPolicy, policies, takeStep, taking } from "../policy.js";
import { session } from "../session.js";
import { byType, dueSteps, inLanguage } from "../steps.js";
import { Icon } from "./icons.js";
import { useNow } from "./shell.js";

/**
 * @typedef {import("../store.js").Call} Call
 * @typedef {import("../steps.js").Ladder} LadderState
 * @typedef {import("../steps.js").Step} Step
 */

/** All ladders of a call; none where nobody was harassed. @param {{ call: Call }} props */
export function Ladders({ call }) {
  const found = harassments(call);
  const known = found.map(({ alert, updates }) => `${alert.alert_id}${updates.length}`).join();
  useEffect(() => {
    if (found.length > 0) loadPolicy(call.call_id);
  }, [call.call_id, known, call.steps.length]);
  const policy = policies.value[call.call_id];
  if (found.length === 0 || !policy) return null;
  return byType(policy.alerts).map(
    (ladder) => html`<${Ladder}
      key=${ladder.harassment_type}
      call=${call}
      ladder=${ladder}
      spoken=${policy.language}
    />`,
  );
}

/**
 * @param {object} props
 * @param {Call} props.call
 * @param {LadderState} props.ladder
 * @param {string} props.spoken Language of the call.
 */
function Ladder({ call, ladder, spoken }) {
  const byClock = ladder.steps.some((one) => one.state === "later" && one.call_at_least_s !== null);
  const now_ms = useNow(byClock && !call.ended);
  const running_s = (now_ms - Date.parse(call.started.started_at)) / 1000;
  const due = dueSteps(ladder, call.ended ? call.ended.duration_s : Math.max(call.at_s, running_s));
  const mine = due.filter(mayTake);
  const others = due.filter((step) => !mayTake(step));
  const [first] = mine;
  return html`<article class="ladder" data-ladder=${ladder.harassment_type}>
    <h3 class="ladder-title">
      <${Icon} name="shield" />
      <span>${t("policy.title", { type: named("harassment", ladder.harassment_type) })}</span>
    </h3>
    ${first && html`<${Due} key=${first.id} call=${call} ladder=${ladder} step=${first} spoken=${spoken} />`}
    ${!first && html`<p class="ladder-calm">${t(others.length > 0 ? "policy.waits" : "policy.calm")}</p>`}
    ${others.map(
      (step) => html`<p class="ladder-other" key=${step.id}>
        <${Icon} name="person" />${t("policy.other", { step: inLanguage(step.label, language.value) })}
      </p>`,
    )}
    <details class="ladder-all">
      <summary>${t("policy.all")}</summary>
      <ol>
        ${ladder.steps.map((step) => html`<${Rung} key=${step.id} step=${step} due=${due.includes(step)} />`)}
      </ol>
    </details>
  </article>`;
}

/**
 * @param {object} props
 * @param {Call} props.call
 * @param {LadderState} props.ladder
 * @param {Step} props.step
 * @param {string} props.spoken
 */
function Due({ call, ladder, step, spoken }) {
  const words = inLanguage(step.say, spoken);
  const guide = inLanguage(step.guide, language.value);
  const waits = taking.value.has(`${ladder.alert_id} ${step.id}`);
  return html`<div class="ladder-due" data-step=${step.id}>
    <h4>${inLanguage(step.label, language.value)}</h4>
    ${guide && html`<p class="ladder-guide">${guide}</p>`}
    ${words && html`<blockquote class="ladder-say" lang=${spoken.slice(0, 2)}>${quoted(words)}</blockquote>`}
    <button
      class="button"
      disabled=${waits}
      onClick=${() => takeStep(call.call_id, ladder.alert_id, step.id)}
    >
      <${Icon} name="check" />${t(words ? "policy.said" : "policy.done")}
    </button>
  </div>`;
}

/** @param {{ step: Step, due: boolean }} props */
function Rung({ step, due }) {
  const state = due ? "due" : step.state;
  const told =
    step.taken !== null
      ? t("policy.state.taken", { name: step.taken.by, time: timeOfDay(step.taken.made_at) })
      : t(`policy.state.${state}`);
  return html`<li class="rung is-${state}">
    <${Icon} name=${state === "taken" ? "check" : "dot"} />
    <span>${inLanguage(step.label, language.value)}</span>
    <small>${told}</small>
  </li>`;
}

/** Whether whoever looks at the page may take it. @param {Step} step */
function mayTake(step) {
  const role = session.value.state === "signed_in" ? session.value.person.role : "";
  return step.who.includes(role === "operator" ? "operator" : "supervisor");
}
