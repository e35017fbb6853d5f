// @ts-check
// One live call on the board: enough to decide whether to look closer.

import { useComputed } from "@preact/signals";

import { html } from "../html.js";
import { counted, t } from "../i18n.js";
import { state } from "../live.js";
import { isOpen, lastWords } from "../store.js";
import { AlertCard, byNeed } from "./alerts.js";
import { behind, LiveState } from "./call-state.js";
import { Icon } from "./icons.js";
import { Mood, MoodLine } from "./mood.js";
import { noWords, show } from "./transcript.js";

/**
 * @param {object} props
 * @param {string} props.call_id
 * @param {import("@preact/signals").Signal<string>} props.selected
 * @param {(call_id: string) => void} props.onOpen
 */
export function Tile({ call_id, selected, onOpen }) {
  const call = useComputed(() => state.value.calls[call_id]).value;
  if (!call) return null;
  const open = byNeed(call.alerts.filter(isOpen));
  const [first] = open;
  const words = lastWords(call);
  const { agent_id, team, customer_id } = call.started;
  return html`<article
    class="tile ${first ? `is-${first.alert.severity}` : ""} ${first && first.state !== "open" ? "is-taken" : ""}"
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
      <span class="tile-words">
        ${words
          ? html`<b>${t(`speaker.${words.speaker}`)}</b> ${words.text}`
          : html`<span class="empty">${t(noWords(call))}</span>`}
      </span>
    </button>
    ${Object.values(call.degraded).map(
      (event) => html`<p class="tile-degraded" key=${event.stage}><${Icon} name="slow" />${behind(event)}</p>`,
    )}
    ${first &&
    html`<${AlertCard}
      key=${first.alert.alert_id}
      alert=${first}
      onQuote=${(/** @type {import("../events").Alert} */ alert) => {
        onOpen(call_id);
        show(alert.evidence.map((one) => one.utterance_id));
      }}
    />`}
    ${open.length > 1 &&
    html`<button class="tile-more" onClick=${() => onOpen(call_id)}>
      ${counted("tile.more", open.length - 1)}
    </button>`}
  </article>`;
}
