// @ts-check
// Where a call stands: how long it runs, whether anything is behind.

import { clock } from "../format.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { wordsLater } from "../store.js";
import { Banner, useNow } from "./shell.js";

/** @typedef {import("../store.js").Call} Call */

/** Seconds since the call began, or its length. @param {{ call: Call }} props */
export function Elapsed({ call }) {
  const now_ms = useNow(!call.ended);
  const running_s = (now_ms - Date.parse(call.started.started_at)) / 1000;
  const seconds = call.ended ? call.ended.duration_s : Math.max(call.at_s, running_s);
  return html`<time class="elapsed">${clock(seconds)}</time>`;
}

/** @param {{ call: Call }} props */
export function LiveState({ call }) {
  const open = wordsLater(call) ? "recording" : "live";
  const state = call.ended ? "ended" : call.paused ? "paused" : open;
  return html`<span class="live-state is-${state}"
    ><span class="live-dot"></span>${t(`call.${state}`)} <${Elapsed} call=${call}
  /></span>`;
}

/** What is behind, broken or paused, and what that means. @param {{ call: Call }} props */
export function CallBanners({ call }) {
  const degraded = call.ended ? [] : Object.values(call.degraded);
  return html`
    ${call.paused && html`<${Banner} icon="pause" look="calm">${t("call.paused.text")}<//>`}
    ${degraded.map(
      (event) => html`<${Banner} key=${event.stage} icon="slow">${behind(event)}<//>`,
    )}
    ${call.ended && wordsLater(call) && html`<${Banner} icon="slow" look="calm">${t("call.transcribing")}<//>`}
    ${call.ended?.reason === "hangup" &&
    html`<${Banner} icon="offline" look="calm">${t("call.hangup")}<//>`}
    ${call.ended?.reason === "lost_node" &&
    html`<${Banner} icon="offline">${t("call.lost_node")}<//>`}
  `;
}

/** @param {import("../events").Degraded} event */
export function behind(event) {
  const lag_s = Math.round(event.lag_s);
  const stage = named("degraded", event.stage, event.reason);
  const words = named("degraded.reason", event.reason.replaceAll(" ", "_"), stage);
  return lag_s > 0 ? `${words} ${t("degraded.lag", { lag_s })}` : words;
}
