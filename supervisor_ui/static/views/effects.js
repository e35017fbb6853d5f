// @ts-check
// Did stepping in help? What came after it, in this call alone.

import { useEffect, useState } from "preact/hooks";

import { callPath, get } from "../api.js";
import { clock } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { level } from "../levels.js";
import { Icon } from "./icons.js";

/**
 * @typedef {object} Intervention
 * @property {"note" | "acknowledged" | "assigned" | "step" | "help_answered"} kind
 * @property {string} by
 * @property {number} at_s
 * @property {number | null} mood_before
 * @property {number | null} mood_after
 * @property {number | null} recovered_after_s
 * @property {"recovered" | "eased" | "unchanged" | "worse" | "not_enough_turns"} outcome
 */

const ICONS = { recovered: "check", eased: "slightly_improving", unchanged: "steady", worse: "slightly_declining", not_enough_turns: "slow" };

/** @param {{ call: import("../store.js").Call }} props */
export function Effects({ call }) {
  const [found, setFound] = useState(/** @type {Intervention[]} */ ([]));
  const updates = call.alerts.reduce((sum, one) => sum + one.updates.length, 0);
  const deeds = call.notes.length + call.steps.length + updates;

  useEffect(() => {
    let wanted = true;
    // What is shown stays when the server is away; the page says that it is.
    if (deeds > 0) {
      get(callPath(call.call_id, "/interventions")).then(
        (list) => wanted && setFound(list),
        () => null,
      );
    }
    return () => {
      wanted = false;
    };
  }, [call.call_id, deeds, call.moodLine.length]);

  if (found.length === 0) return null;
  return html`<section class="effects" aria-label=${t("effects.title")}>
    <h3 class="label">${t("effects.title")}</h3>
    <ul>
      ${found.map((one) => html`<${Effect} key=${`${one.kind} ${one.by} ${one.at_s}`} effect=${one} />`)}
    </ul>
  </section>`;
}

/** @param {{ effect: Intervention }} props */
function Effect({ effect }) {
  const { kind, by, at_s, mood_before, mood_after, recovered_after_s, outcome } = effect;
  const moved =
    mood_before !== null && mood_after !== null && level(mood_before) !== level(mood_after);
  return html`<li class="effect is-${outcome}">
    <span class="effect-what"><time>${clock(at_s)}</time> ${t(`effect.${kind}`, { name: by })}</span>
    <span class="effect-outcome">
      <${Icon} name=${ICONS[outcome]} />
      ${outcome === "recovered"
        ? t("effect.outcome.recovered", { time: clock(recovered_after_s ?? 0) })
        : t(`effect.outcome.${outcome}`)}
      ${moved &&
      html`<small>
        ${t("effect.moved", { before: t(`mood.${level(mood_before)}`), after: t(`mood.${level(mood_after)}`) })}
      </small>`}
    </span>
  </li>`;
}
