// @ts-check
// The supervisor's board: who needs me now, and why.

import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";

import { html } from "./html.js";
import { counted, preferredLanguage, speak, t } from "./i18n.js";
import { connection, follow, kept, state } from "./live.js";
import { openCall, reading } from "./record.js";
import { session, signIn } from "./session.js";
import { arrange, needsSomebody } from "./urgency.js";
import { CallList, listed, loadList } from "./views/call-list.js";
import { Detail } from "./views/detail.js";
import { Notice, Shell } from "./views/shell.js";
import { Tile } from "./views/tile.js";

/** The call whose transcript is open. */
const selected = signal(new URLSearchParams(location.search).get("call") ?? "");
/** Whether somebody points at the tiles or stands in them with the keyboard. */
const held = signal(false);
/** Ids of live calls as they stand on the board. */
const order = signal(/** @type {string[]} */ ([]));

const live = computed(() => Object.values(state.value.calls).filter((call) => !call.ended));
const ended = computed(() => listed.value.filter((row) => row.state === "ended"));
const waiting = computed(() => live.value.filter(needsSomebody).length);

function Board() {
  const lead = html`<h1 class="bar-title">${t("board.title")}</h1>
    <span class="bar-count">${counted("board.live", live.value.length)}</span>
    ${waiting.value > 0 &&
    html`<span class="bar-count is-critical">${counted("board.waiting", waiting.value)}</span>`}`;
  const title = waiting.value > 0 ? `(${waiting.value}) ${t("board.title")}` : t("board.title");
  const call = state.value.calls[selected.value];
  return html`<${Shell} title=${title} assert=${true} lead=${lead}>
    <main class="board ${selected.value ? "has-detail" : ""}">
      <div class="board-calls">
        <${Tiles} />
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

function Tiles() {
  if (connection.value === "connecting") return html`<${Notice} title=${t("loading")} />`;
  if (order.value.length === 0) {
    return html`<div class="appears-late">
      <${Notice} icon="phone" title=${t("board.empty.title")} text=${t("board.empty.text")} />
    </div>`;
  }
  const hold = () => (held.value = true);
  const release = () => (held.value = false);
  return html`<section
    class="tiles"
    aria-label=${t("board.tiles")}
    onPointerEnter=${hold}
    onPointerLeave=${release}
    onFocusIn=${hold}
    onFocusOut=${release}
  >
    ${order.value.map(
      (id) => html`<${Tile} key=${id} call_id=${id} selected=${selected} onOpen=${select} />`,
    )}
  </section>`;
}

function Ended() {
  if (ended.value.length === 0) return null;
  return html`<section class="ended" aria-label=${t("board.ended")}>
    <h2 class="label">${t("board.ended")}</h2>
    <${CallList} calls=${ended.value} selected=${selected.value} onOpen=${select} />
  </section>`;
}

/** @param {string} call_id Empty: none. */
function select(call_id) {
  selected.value = call_id;
  const query = call_id ? `?call=${encodeURIComponent(call_id)}` : "";
  history.replaceState(null, "", location.pathname + query);
  if (call_id) openCall(call_id);
}

effect(() => {
  order.value = arrange(order.peek(), live.value, held.value);
});
effect(() => {
  kept.value = new Set([selected.value]);
});

await speak(preferredLanguage());
render(html`<${Board} />`, /** @type {HTMLElement} */ (document.getElementById("page")));

effect(() => {
  if (session.value.state !== "signed_in") return;
  const end = follow("all", session.value.person.role);
  loadList("ended");
  return end;
});

await signIn();
if (selected.peek() && session.peek().state === "signed_in") openCall(selected.peek());
