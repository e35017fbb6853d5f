// @ts-check
// What both pages share: the bar on top, banners, and what stands there when there is
// nothing to show.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { html } from "../html.js";
import { chooseLanguage, language, LANGUAGES, t } from "../i18n.js";
import { connection } from "../live.js";
import { session, signIn, signOut } from "../session.js";
import { chooseTheme, theme, THEMES } from "../theme.js";
import { Announcer } from "./announcer.js";
import { Icon } from "./icons.js";
import { Toast } from "./toast.js";

/**
 * A page for somebody who is signed in.
 *
 * @param {object} props
 * @param {string} props.title
 * @param {boolean} props.assert Whether critical alerts interrupt a screen reader.
 * @param {any} props.lead What stands first in the bar.
 * @param {"" | "is-help"} [props.look] Of the bar.
 * @param {any} [props.choices] What else stands in the menu.
 * @param {any} props.children
 */
export function Shell({ title, assert, lead, look = "", choices, children }) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  const signedIn = session.value.state === "signed_in" && connection.value !== "signed_out";
  return html`
    <header class="bar ${look}">
      <div class="bar-lead">${signedIn ? lead : html`<h1 class="bar-title">${title}</h1>`}</div>
      <${Menu} choices=${choices} />
    </header>
    ${signedIn && html`<${ConnectionBanner} />`}
    ${signedIn ? children : html`<main class="middle"><${Entrance} /></main>`}
    <${Announcer} assert=${assert} audience=${assert ? "supervisor" : "operator"} />
    <${Toast} />
  `;
}

/**
 * @param {object} props
 * @param {string} [props.icon]
 * @param {string} props.title
 * @param {string} [props.text] What to do.
 * @param {any} [props.children]
 */
export function Notice({ icon, title, text, children }) {
  return html`<div class="notice">
    ${icon && html`<span class="notice-icon"><${Icon} name=${icon} /></span>`}
    <h2>${title}</h2>
    ${text && html`<p>${text}</p>`} ${children}
  </div>`;
}

/** @param {{ icon: string, look?: "warning" | "calm", children: any }} props */
export function Banner({ icon, look = "warning", children }) {
  return html`<p class="banner is-${look}" role="status"><${Icon} name=${icon} /><span>${children}</span></p>`;
}

/** The time, every second, while `running`. @param {boolean} running */
export function useNow(running) {
  const now_ms = useSignal(Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => (now_ms.value = Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now_ms.value;
}

function ConnectionBanner() {
  switch (connection.value) {
    case "offline":
      return html`<${Banner} icon="offline">${t("connection.offline")}<//>`;
    case "forbidden":
      return html`<${Banner} icon="warning">${t("connection.forbidden")}<//>`;
    case "refused":
      return html`<${Banner} icon="warning">${t("connection.refused")}<//>`;
    default:
      return null;
  }
}

function Entrance() {
  const now = session.value;
  if (now.state === "asking") return html`<${Notice} title=${t("loading")} />`;
  if (now.state === "unreachable") {
    return html`<${Notice} icon="offline" title=${t("unreachable.title")} text=${t("unreachable.text")}>
      <button class="button is-primary" onClick=${signIn}>${t("retry")}</button>
    <//>`;
  }
  const bad = now.state === "signed_out" && now.problem === "bad_code";
  return html`<${Notice}
    icon="person"
    title=${t(bad ? "sign_in.used.title" : "sign_in.title")}
    text=${t(bad ? "sign_in.used.text" : "sign_in.text")}
  >
    <code class="command">copilot token --link</code>
  <//>`;
}

/** @param {{ choices: any }} props */
function Menu({ choices }) {
  const person = session.value.state === "signed_in" ? session.value.person : null;
  return html`<details class="menu" onFocusOut=${closeMenu} onKeyDown=${closeMenu}>
    <summary class="icon-button" aria-label=${t("menu")}><${Icon} name="menu" /></summary>
    <div class="menu-sheet">
      ${person && html`<p class="menu-person">${person.name}<small>${t(`role.${person.role}`)}</small></p>`}
      <${Choice}
        title=${t("language")}
        name="language"
        choices=${Object.entries(LANGUAGES)}
        chosen=${language.value}
        onChoose=${chooseLanguage}
      />
      <${Choice}
        title=${t("theme")}
        name="theme"
        choices=${THEMES.map((one) => [one, t(`theme.${one}`)])}
        chosen=${theme.value}
        onChoose=${chooseTheme}
      />
      ${person && choices}
      ${person && html`<button class="button" onClick=${signOut}>${t("sign_out")}</button>`}
    </div>
  </details>`;
}

/**
 * @param {object} props
 * @param {string} props.title
 * @param {string} props.name
 * @param {[string, string][]} props.choices Value and words.
 * @param {string} props.chosen
 * @param {(value: any) => void} props.onChoose
 */
function Choice({ title, name, choices, chosen, onChoose }) {
  return html`<fieldset class="choice">
    <legend>${title}</legend>
    ${choices.map(
      ([value, words]) => html`<label key=${value}>
        <input
          type="radio"
          name=${name}
          value=${value}
          checked=${value === chosen}
          onChange=${() => onChoose(value)}
        /><span>${words}</span>
      </label>`,
    )}
  </fieldset>`;
}

/** @param {any} event Escape, or the focus going elsewhere. */
function closeMenu(event) {
  const menu = event.currentTarget;
  const left = event.type === "focusout" && event.relatedTarget && !menu.contains(event.relatedTarget);
  if (!left && event.key !== "Escape") return;
  menu.open = false;
  if (event.key === "Escape") menu.querySelector("summary").focus();
}
