// @ts-check
// One live call on the board: enough to decide whether to look closer.

import { useComputed } from "@preact/signals";

import { calls, now_ms } from "../attention.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { isOpen, lastWords, stateAt } from "../store.js";
import { byWeight } from "../urgency.js";
import { behind, LiveState } from "./call-state.js";
import { Icon } from "./icons.js";
import { LineState } from "./line.js";
import { Mood, MoodLine } from "./mood.js";
import { noWords } from "./transcript.js";

/**
 * @param {object} props
 * @param {string} props.call_id
 * @param {import("@preact/signals").Signal<string>} props.selected
 * @param {(call_id: string) => void} props.onOpen
 */
export function Tile({ call_id, selected, onOpen }) {
  const call = useComputed(() => calls.value[call_id]).value;
  if (!call) return null;
  const open = call.alerts
    .filter((one) => isOpen(one) && stateAt(one, now_ms.value) !== "snoozed")
    .sort(byWeight);
  const unseen = open.filter((one) => stateAt(one, now_ms.value) === "open");
  const first = unseen[0] ?? open[0];
  const words = lastWords(call);
  const { agent_id, team, customer_id } = call.started;
  const help = first?.alert.kind === "help_sign";
  return html`<article
    class="tile ${first ? `is-${first.alert.severity}` : ""} ${first && unseen.length === 0 ? "is-taken" : ""} ${help ? "is-help" : ""}"
    data-call=${call_id}
    aria-label=${t("tile.label", { agent: agent_id })}
  >
    <button
      class="tile-open"
      aria-current=${selected.value === call_id ? "true" : undefined}
      onClick=${() => onOpen(call_id)}
    >
      <span class="tile-head">
        <span class="tile-agent">${agent_id}</span>
        <span class="tile-who">${[team, customer_id].filter(Boolean).join(" · ")}</span>
        <${LiveState} call=${call} />
      </span>
      <span class="tile-mood"><${Mood} call=${call} /><${MoodLine} call=${call} /></span>
      <${LineState} call=${call} />
      <span class="tile-words">
        ${words
          ? html`<b>${t(`speaker.${words.speaker}`)}</b> ${words.text}`
          : html`<span class="empty">${t(noWords(call))}</span>`}
      </span>
      ${first &&
      html`<span class="tile-alerts">
        <${Icon} name=${help ? "hand" : first.alert.severity} />
        <span class="tile-alert">${named("kind", first.alert.kind, first.alert.message)}</span>
        ${open.length > 1 && html`<span class="tile-more">${t("tile.more", { count: open.length - 1 })}</span>`}
        <span class="tile-state">${state(first)}</span>
      </span>`}
    </button>
    ${Object.values(call.degraded).map(
      (event) => html`<p class="tile-degraded" key=${event.stage}><${Icon} name="slow" />${behind(event)}</p>`,
    )}
  </article>`;
}

/** Who has it in hand. @param {import("../store.js").AlertState} one */
function state(one) {
  const last = one.updates[one.updates.length - 1];
  if (!last || stateAt(one, now_ms.value) === "open") return "";
  return t(`alert.state.${last.state}`, { name: last.assignee ?? last.by, by: last.by });
}
