// @ts-check
// Tells new alerts to those who listen to the page. It never moves the focus.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { quoted } from "../format.js";
import { html } from "../html.js";
import { named, t } from "../i18n.js";
import { onNews, state } from "../live.js";

const assertive = signal("");
const polite = signal("");

/** @param {string} words Of what concerns whoever listens, without hurry. */
export function say(words) {
  polite.value = words;
}

/**
 * @param {object} props
 * @param {boolean} props.assert Whether a critical alert may interrupt what is read.
 * @param {import("../events").Alert["audience"][number]} props.audience Whose alerts are told.
 */
export function Announcer({ assert, audience }) {
  useEffect(
    () =>
      onNews((event) => {
        if (event.type !== "alert" || !event.audience.includes(audience)) return;
        const call = state.value.calls[event.call_id];
        const place = assert && event.severity === "critical" ? assertive : polite;
        place.value = t("alert.spoken", {
          severity: t(`severity.${event.severity}`),
          kind: named("kind", event.kind, event.message),
          agent: call?.started.agent_id ?? "",
          quote: event.evidence[0] ? quoted(event.evidence[0].quote) : "",
        });
      }),
    [assert, audience],
  );
  return html`<div class="visually-hidden">
    <div aria-live="assertive" data-announces="now">${assertive}</div>
    <div aria-live="polite" data-announces="soon">${polite}</div>
  </div>`;
}
