// @ts-check
// Who needs me now, and why: merged, ranked, no more than a person can act on.

import { useSignal } from "@preact/signals";

import { alertBudget, asked, calls } from "../attention.js";
import { clock, timeOfDay } from "../format.js";
import { html } from "../html.js";
import { counted, named, t } from "../i18n.js";
import { isOpen } from "../store.js";
import { byWeight } from "../urgency.js";
import { Outcome, Quote, Signals, Step, Title } from "./alerts.js";
import { Deeds, FalseAlarm } from "./deeds.js";
import { Icon } from "./icons.js";
import { Mood } from "./mood.js";
import { useNow } from "./shell.js";

/**
 * @typedef {import("../urgency.js").Item} Item
 * @typedef {(call_id: string, utterance_ids?: string[]) => void} Open
 */

/**
 * @param {object} props
 * @param {string[]} props.shown Ids of the calls with a card, in order.
 * @param {Open} props.onOpen
 * @param {object} props.holding What keeps cards in place while somebody is at them.
 */
export function AttentionList({ shown, onOpen, holding }) {
  const { asking, folded, inHand, snoozed } = asked.value;
  const all = [...asking, ...folded, ...inHand, ...snoozed];
  const rest = [...asking, ...folded].filter((one) => !shown.includes(one.call.call_id));
  const others = (/** @type {Item[]} */ items) =>
    items.filter((one) => !shown.includes(one.call.call_id));
  return html`<section class="attention" aria-label=${t("attention.title")} ...${holding}>
    <h2 class="label">${t("attention.title")}</h2>
    ${shown.length === 0 &&
    html`<p class="attention-none"><${Icon} name="check" />${t("attention.none")}</p>`}
    ${shown.map(
      (call_id) => html`<${Card}
        key=${call_id}
        call_id=${call_id}
        item=${all.find((one) => one.call.call_id === call_id)}
        onOpen=${onOpen}
      />`,
    )}
    ${rest.length > 0 &&
    html`<${Rows} name="folded" items=${rest} onOpen=${onOpen} title=${counted("attention.folded", rest.length)}>
      <p class="hint">${t("attention.budget", { budget: alertBudget.value })}</p>
    <//>`}
    <${Rows} name="in-hand" items=${others(inHand)} onOpen=${onOpen} title=${counted("attention.in_hand", others(inHand).length)} />
    <${Rows} name="snoozed" items=${others(snoozed)} onOpen=${onOpen} title=${counted("attention.snoozed", others(snoozed).length)} />
  </section>`;
}

/**
 * One element whatever becomes of the alerts: it may hold the keyboard's place.
 *
 * @param {{ call_id: string, item: Item | undefined, onOpen: Open }} props No item: dealt with,
 *   while the hand is still there.
 */
function Card({ call_id, item, onOpen }) {
  const call = calls.value[call_id];
  const last = call && [...call.alerts].sort(byWeight).find((one) => !isOpen(one));
  if (!item && !last) return null;
  const content = item
    ? html`<${Asking} item=${item} onOpen=${onOpen} />`
    : last && html`<${Title} alert=${last.alert} /><${Who} call=${call} onOpen=${onOpen} /><${Outcome} alert=${last} />`;
  const looks = item
    ? [`is-${item.severity}`, item.help && "is-help", isTaken(item) && "is-taken"]
    : ["is-closed"];
  return html`<article
    class="alert attention-card ${looks.filter(Boolean).join(" ")}"
    data-call=${call_id}
    tabindex="-1"
    aria-label=${t("attention.card", { agent: call.started.agent_id })}
  >
    ${content}
  </article>`;
}

/** @param {{ item: Item, onOpen: Open }} props */
function Asking({ item, onOpen }) {
  const { call, alerts } = item;
  const [lead] = alerts;
  const taken = isTaken(item);
  return html`
    <header class="attention-head">
      <${Title} alert=${lead.alert} />
      ${!taken && html`<${Waiting} since_ms=${item.raisedAt_ms} />`}
    </header>
    <${Who} call=${call} onOpen=${onOpen} />
    <${Quote} alert=${lead.alert} onQuote=${quote} />
    <${Signals} alert=${lead.alert} />
    <${Step} alert=${lead.alert} />
    ${alerts.length > 1 && html`<${Merged} item=${item} onQuote=${quote} />`}
    <${Outcome} alert=${lead} />
    <${Deeds} alerts=${alerts} taken=${taken} />
  `;

  /** @param {import("../events").Alert} alert */
  function quote(alert) {
    onOpen(call.call_id, alert.evidence.map((one) => one.utterance_id));
  }
}

/** Whose call it is, and how the customer feels. @param {{ call: import("../store.js").Call, onOpen: Open }} props */
function Who({ call, onOpen }) {
  const { agent_id, team, customer_id } = call.started;
  return html`<p class="attention-who">
    <button class="attention-open" onClick=${() => onOpen(call.call_id)}>${agent_id}</button>
    <span class="tile-who">${[team, customer_id].filter(Boolean).join(" · ")}</span>
    <${Mood} call=${call} />
  </p>`;
}

/** @param {Item} item Whether nobody has to come now. */
function isTaken(item) {
  const { inHand, snoozed } = asked.value;
  return inHand.includes(item) || snoozed.includes(item);
}

/** The alerts behind a card, each with its own words. @param {{ item: Item, onQuote: (alert: import("../events").Alert) => void }} props */
function Merged({ item, onQuote }) {
  const others = item.kinds.slice(1).map((kind) => named("kind", kind));
  const summary = [t("attention.merged", { count: item.alerts.length }), ...others].join(" · ");
  return html`<details class="attention-merged">
    <summary>${summary}</summary>
    <ul>
      ${item.alerts.map(
        (one) => html`<li key=${one.alert.alert_id}>
          <${Title} alert=${one.alert} />
          <${Quote} alert=${one.alert} onQuote=${onQuote} />
          ${one.alert.kind !== "help_sign" && html`<${FalseAlarm} alert=${one} />`}
        </li>`,
      )}
    </ul>
  </details>`;
}

/**
 * Calls that do not ask now, a line each.
 *
 * @param {{ name: string, items: Item[], title: string, onOpen: Open, children?: any }} props
 */
function Rows({ name, items, title, onOpen, children }) {
  const open = useSignal(false);
  if (items.length === 0) return null;
  return html`<details
    class="attention-rows is-${name}"
    open=${open.value}
    onToggle=${(/** @type {any} */ event) => (open.value = event.currentTarget.open)}
  >
    <summary>${title}</summary>
    ${children}
    <ul>
      ${items.map((one) => html`<li key=${one.call.call_id}><${Row} item=${one} onOpen=${onOpen} /></li>`)}
    </ul>
  </details>`;
}

/** @param {{ item: Item, onOpen: Open }} props */
function Row({ item, onOpen }) {
  const { call, alerts } = item;
  const [lead] = alerts;
  const last = lead.updates[lead.updates.length - 1];
  const who = last && (lead.state === "assigned" ? last.assignee : last.by);
  const until = lead.state === "snoozed" ? last.until : null;
  return html`<button class="attention-row is-${item.severity}" data-call=${call.call_id} onClick=${() => onOpen(call.call_id)}>
    <${Icon} name=${lead.alert.severity} />
    <b>${call.started.agent_id}</b>
    <span>${named("kind", lead.alert.kind, lead.alert.message)}</span>
    <span class="attention-row-fact">
      ${until ? t("attention.back_at", { time: timeOfDay(until) }) : (who ?? "")}
    </span>
  </button>`;
}

/** How long nobody has come. @param {{ since_ms: number }} props */
function Waiting({ since_ms }) {
  const seconds = (useNow(true) - since_ms) / 1000;
  return html`<time class="attention-waits" title=${t("attention.waits")}>
    <${Icon} name="slow" />${clock(seconds)}
  </time>`;
}
