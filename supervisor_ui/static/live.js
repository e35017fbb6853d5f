// @ts-check
// Live state of the page as signals. Events that arrive within a frame are drawn together.

import { batch, signal } from "@preact/signals";

import { connect } from "./socket.js";
import { EMPTY, forget, reduce } from "./store.js";

/** Brief losses are mended before anybody could act on them. */
const OFFLINE_AFTER_MS = 5000;
/** A connection that is taken and dropped again, as by a proxy without its server, is none. */
const SETTLED_AFTER_MS = 1000;
/** Hidden pages get no frames; they still keep up. */
const HIDDEN_FLUSH_MS = 250;
/** What is stored arrives first, in one go; it is no news. */
const BACKLOG_MS = 1000;
/** Ended calls kept beside the live ones. */
const ENDED_CALLS = 100;
/** Calls that one subscription may resume. */
const RESUMED_CALLS = 1000;

export const state = signal(EMPTY);
/** @type {import("@preact/signals").Signal<"connecting" | "online" | "offline" | "signed_out" | "forbidden" | "refused">} */
export const connection = signal("connecting");
/** Calls that stay however many end: those on the screen. */
export const kept = signal(/** @type {Set<string>} */ (new Set()));

/** @type {Set<(event: import("./events").Event) => void>} */
const listeners = new Set();

/**
 * @param {(event: import("./events").Event) => void} listener Called for events that happen
 *   while the page looks on.
 */
export function onNews(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Follow calls from now on.
 *
 * @param {"all" | string[]} calls
 * @param {string} role As whom, where one browser is signed in as several.
 * @returns {() => void} Ends it.
 */
export function follow(calls, role) {
  /** @type {import("./events").Event[]} */
  let arrived = [];
  /** @type {number | null} */
  let frame = null;
  /** @type {any} */
  let timer = null;
  /** @type {any} */
  let offline = null;
  /** @type {any} */
  let settled = null;
  let openedAt_ms = Infinity;

  function flush() {
    if (frame !== null) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = timer = null;
    const events = arrived;
    arrived = [];
    const news = performance.now() - openedAt_ms > BACKLOG_MS ? events : [];
    batch(() => {
      state.value = forget(events.reduce(reduce, state.value), kept.value, ENDED_CALLS);
      for (const event of news) for (const listener of listeners) listener(event);
    });
  }

  function found() {
    clearTimeout(offline);
    offline = null;
    connection.value = "online";
  }

  const socket = connect({
    subscription: () => ({ role, calls, after: seen(calls) }),
    onEvent(event) {
      arrived.push(event);
      frame ??= requestAnimationFrame(flush);
      timer ??= setTimeout(flush, HIDDEN_FLUSH_MS);
    },
    onStatus(status) {
      clearTimeout(settled);
      if (status === "open") {
        openedAt_ms = Math.min(openedAt_ms, performance.now());
        if (connection.value === "connecting") connection.value = "online";
        settled = setTimeout(found, SETTLED_AFTER_MS);
      } else if (status === "lost") {
        offline ??= setTimeout(() => (connection.value = "offline"), OFFLINE_AFTER_MS);
      } else {
        connection.value = status;
      }
    },
  });
  addEventListener("online", socket.retry);

  return () => {
    removeEventListener("online", socket.retry);
    clearTimeout(offline);
    clearTimeout(settled);
    socket.close();
    flush();
  };
}

/**
 * @param {"all" | string[]} calls
 * @returns {Record<string, number>} `seq` of the last event seen, by call.
 */
function seen(calls) {
  const known = Object.values(state.value.calls)
    .filter((call) => calls === "all" || calls.includes(call.call_id))
    .slice(-RESUMED_CALLS);
  return Object.fromEntries(known.map((call) => [call.call_id, call.seq]));
}

/**
 * Adds what was read over REST.
 *
 * @param {import("./events").Event[]} events
 */
export function add(events) {
  state.value = events.reduce(reduce, state.value);
}
