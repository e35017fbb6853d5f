// @ts-check
// What both sides say, as it is said.

import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { abusiveWords } from "../care.js";
import { clock } from "../format.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { wordsLater } from "../store.js";
import { Icon } from "./icons.js";
import { Veiled } from "./veil.js";

/** Nearer to the end than this, in pixels, the newest words are followed. */
const NEAR_END_PX = 48;

/**
 * Utterances that somebody wants to see. A new object every time, so that asking twice for
 * the same words scrolls twice.
 */
export const shown = signal(/** @type {{ utterance_ids: string[] } | null} */ (null));

/** @param {string[]} utterance_ids */
export function show(utterance_ids) {
  shown.value = { utterance_ids };
}

/**
 * Words that lead to the utterances they rest on.
 *
 * @param {{ utterance_ids: string[], children: any }} props
 */
export function Cited({ utterance_ids, children }) {
  return html`<a
    class="cited"
    href="#${utterance_ids[0]}"
    title=${t("summary.show")}
    onClick=${(/** @type {Event} */ event) => {
      event.preventDefault();
      show(utterance_ids);
    }}
    >${children}</a
  >`;
}

/** Why there are no words to see. @param {import("../store.js").Call} call */
export function noWords(call) {
  if (wordsLater(call)) return "transcript.later";
  return call.ended ? "transcript.silent" : "transcript.empty";
}

/**
 * @param {object} props
 * @param {import("../store.js").Call} props.call
 * @param {"supervisor" | "operator"} [props.audience] Whose alerts are marked. Operators may
 *   have abusive words covered.
 */
export function Transcript({ call, audience = "supervisor" }) {
  const scroller = useRef(/** @type {HTMLElement | null} */ (null));
  const [following, setFollowing] = useState(true);
  const wanted = shown.value;

  useLayoutEffect(() => {
    if (following && !call.ended && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  });
  useEffect(() => {
    const first = wanted?.utterance_ids[0];
    const target = first && scroller.current?.querySelector(`[data-utterance="${CSS.escape(first)}"]`);
    if (!target) return;
    setFollowing(false);
    target.scrollIntoView({ block: "center" });
  }, [wanted]);

  function onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = /** @type {HTMLElement} */ (scroller.current);
    setFollowing(scrollHeight - scrollTop - clientHeight < NEAR_END_PX);
  }

  return html`<section class="transcript" aria-label=${t("transcript.title")}>
    <div class="transcript-scroller" ref=${scroller} onScroll=${onScroll} tabindex="0">
      ${call.utterances.length === 0 &&
      html`<p class="empty">${t(noWords(call))}</p>`}
      <ol class="transcript-list">
        ${call.utterances.map(
          (utterance, place) => html`${confidential(call, call.utterances[place - 1]?.start_s ?? -1, utterance.start_s)}<${Utterance}
            key=${utterance.id}
            utterance=${utterance}
            follows=${call.utterances[place - 1]?.speaker === utterance.speaker}
            alerts=${call.alerts.filter(
              ({ alert }) =>
                alert.audience.includes(audience) &&
                !(audience === "operator" && alert.kind === "help_sign") &&
                alert.evidence.some((one) => one.utterance_id === utterance.id),
            )}
            quotes=${audience === "operator" ? abusiveWords(call, utterance.id) : []}
            shown=${wanted?.utterance_ids.includes(utterance.id) ?? false}
          />`,
        )}
        ${confidential(call, call.utterances[call.utterances.length - 1]?.start_s ?? -1, Infinity)}
      </ol>
    </div>
    ${!following &&
    !call.ended &&
    html`<button class="transcript-newest" onClick=${() => setFollowing(true)}>
      <${Icon} name="down" />${t("transcript.newest")}
    </button>`}
  </section>`;
}

/**
 * Marks of the stretches that began between two utterances, of which nothing is kept.
 *
 * @param {import("../store.js").Call} call
 * @param {number} after_s
 * @param {number} until_s
 */
function confidential(call, after_s, until_s) {
  return call.confidential
    .filter(({ start_s }) => start_s > after_s && start_s <= until_s)
    .map(
      ({ start_s, end_s }) => html`<li key=${`confidential ${start_s}`} class="confidential">
        <${Icon} name="pause" />${t("transcript.confidential", {
          start: clock(start_s),
          end: end_s === null ? "" : clock(end_s),
        })}
      </li>`,
    );
}

/**
 * @param {object} props
 * @param {import("../store.js").Utterance} props.utterance
 * @param {boolean} props.follows Whether the same person spoke before.
 * @param {import("../store.js").AlertState[]} props.alerts That cite it.
 * @param {string[]} props.quotes Words of it that may be covered.
 * @param {boolean} props.shown
 */
function Utterance({ utterance, follows, alerts, quotes, shown }) {
  const { speaker, unsure, text, stable, final } = utterance;
  // A name already says that it is unknown, once for all that follows.
  const asked = unsure && !(speaker === "unknown" && follows);
  const classes = [
    "utterance",
    `is-${speaker}`,
    follows && "is-following",
    !final && "is-partial",
    shown && "is-shown",
  ];
  return html`<li class=${classes.filter(Boolean).join(" ")} data-utterance=${utterance.id}>
    <span class="utterance-who ${follows ? "visually-hidden" : ""}">
      ${t(`speaker.${speaker}`)} <time>${clock(utterance.start_s)}</time>
    </span>
    <p class="utterance-text">
      ${final
        ? html`<${Veiled} id=${utterance.id} text=${text} quotes=${quotes} />`
        : text.slice(0, stable)}${!final &&
      html`<span class="utterance-tail" title=${t("transcript.tail")}>${text.slice(stable)}</span>`}
    </p>
    ${asked &&
    html`<span class="utterance-mark is-unsure"><${Icon} name="info" />${t("transcript.unsure")}</span>`}
    ${alerts.map(
      ({ alert }) => html`<span key=${alert.alert_id} class="utterance-mark is-${alert.severity}">
        <${Icon} name=${alert.severity} />${named("kind", alert.kind)}
      </span>`,
    )}
  </li>`;
}
