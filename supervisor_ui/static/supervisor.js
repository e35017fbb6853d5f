// @ts-check
// The supervisor's board: who needs me now, and why.

import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";

import { html } from "./html.js";
import { counted, preferredLanguage, speak, t } from "./i18n.js";
import { alertBudget, asked, calls, live, loadBudget, now_ms, wake } from "./attention.js";
import { connection, follow, kept } from "./live.js";
import { openCall, reading } from "./record.js";
import { session, signIn } from "./session.js";
import { arrange, settle } from "./urgency.js";
import { say } from "./views/announcer.js";
import { AttentionList } from "./views/attention.js";
import { CallList, listed, loadList } from "./views/call-list.js";
import { Detail } from "./views/detail.js";
import { Icon } from "./views/icons.js";
import { Notice, Shell } from "./views/shell.js";
import { Tile } from "./views/tile.js";
import { show } from "./views/transcript.js";

/** Whoever has not moved for so long aims at nothing: a resting pointer must not freeze the board. */
const HOLD_MS = 10_000;

/** The call whose transcript is open. */
const selected = signal(new URLSearchParams(location.search).get("call") ?? "");
/** Whether somebody points at the calls or stands in them with the keyboard. */
const held = signal(false);
/** Ids of live calls as their tiles stand on the board. */
const order = signal(/** @type {string[]} */ ([]));
/** Ids of the calls that ask for somebody, as their cards stand. */
const shown = signal(/** @type {string[]} */ ([]));

const ended = computed(() => listed.value.filter((row) => row.state === "ended"));
/** All that ask, with or without a card. */
const waiting = computed(() => asked.value.asking.length + asked.value.folded.length);
const hands = computed(() => asked.value.asking.filter((one) => one.help));

const holding = {
  onPointerMove: hold,
  onPointerLeave: release,
  onKeyDown: hold,
  onFocusIn: hold,
  onFocusOut: (/** @type {any} */ event) => {
    if (!event.currentTarget.contains(event.relatedTarget)) release();
  },
};
/** @type {any} */
let holdTimer = null;

function hold() {
  held.value = true;
  clearTimeout(holdTimer);
  holdTimer = setTimeout(release, HOLD_MS);
}

function release() {
  held.value = false;
  clearTimeout(holdTimer);
}

function Board() {
  const help = hands.value.length > 0;
  const lead = html`<h1 class="bar-title">${t("board.title")}</h1>
    <span class="bar-count">${counted("board.live", live.value.length)}</span>
    ${waiting.value > 0 &&
    html`<span class="bar-count is-critical">${counted("board.waiting", waiting.value)}</span>`}
    ${hands.value.map(
      ({ call }) => html`<button class="bar-hand" key=${call.call_id} onClick=${() => select(call.call_id)}>
        <${Icon} name="hand" />${t("board.hand", { agent: call.started.agent_id })}
      </button>`,
    )}`;
  const title = waiting.value > 0 ? `(${waiting.value}) ${t("board.title")}` : t("board.title");
  const call = calls.value[selected.value];
  return html`<${Shell} title=${title} assert=${true} lead=${lead} look=${help ? "is-help" : ""}>
    <main class="board ${selected.value ? "has-detail" : ""}">
      <div class="board-calls">
        <${Live} />
        <${Ended} />
      </div>
      ${selected.value &&
      (call
        ? html`<${Detail} key=${call.call_id} call=${call} onClose=${() => select("")} />`
        : html`<aside class="detail">
            <${Notice}
              title=${t(reading.value ? "loading" : "detail.unknown.title")}
              text=${reading.value ? "" : t("detail.unknown.text")}
            >
              <button class="button" onClick=${() => select("")}>${t("detail.close")}</button>
            <//>
          </aside>`)}
    </main>
  <//>`;
}

function Live() {
  if (connection.value === "connecting") return html`<${Notice} title=${t("loading")} />`;
  if (order.value.length === 0) {
    return html`<div class="appears-late">
      <${Notice} icon="phone" title=${t("board.empty.title")} text=${t("board.empty.text")} />
    </div>`;
  }
  return html`<div class="board-live">
    <${AttentionList} shown=${shown.value} onOpen=${select} holding=${holding} />
    <section class="board-tiles" aria-label=${t("board.tiles")} ...${holding}>
      <h2 class="label">${t("board.tiles")}</h2>
      <div class="tiles">
        ${order.value.map(
          (id) => html`<${Tile} key=${id} call_id=${id} selected=${selected} onOpen=${select} />`,
        )}
      </div>
    </section>
  </div>`;
}

function Ended() {
  if (ended.value.length === 0) return null;
  return html`<section class="ended" aria-label=${t("board.ended")}>
    <h2 class="label">${t("board.ended")}</h2>
    <${CallList} calls=${ended.value} selected=${selected.value} onOpen=${select} />
  </section>`;
}

/**
 * @param {string} call_id Empty: none.
 * @param {string[]} [utterance_ids] Words to show in it.
 */
function select(call_id, utterance_ids) {
  selected.value = call_id;
  const query = call_id ? `?call=${encodeURIComponent(call_id)}` : "";
  history.replaceState(null, "", location.pathname + query);
  if (call_id) openCall(call_id);
  if (utterance_ids) show(utterance_ids);
}

effect(() => {
  order.value = arrange(order.peek(), live.value, now_ms.value, held.value);
});
effect(() => {
  shown.value = settle(shown.peek(), asked.value, alertBudget.value, held.value);
});
wake((call) => say(t("alert.spoken.back", { agent: call.started.agent_id })));
effect(() => {
  kept.value = new Set([selected.value, ...shown.value]);
});

await speak(preferredLanguage());
render(html`<${Board} />`, /** @type {HTMLElement} */ (document.getElementById("page")));

effect(() => {
  if (session.value.state !== "signed_in") return;
  const end = follow("all", session.value.person.role);
  loadList("ended");
  loadBudget();
  return end;
});

await signIn();
if (selected.peek() && session.peek().state === "signed_in") openCall(selected.peek());
