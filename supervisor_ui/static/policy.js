// @ts-check
// The centre's steps against harassment: where a call stands, as the server says.

import { signal } from "@preact/signals";

import { callPath, get, post } from "./api.js";
import { complain } from "./views/toast.js";

/** @typedef {import("./steps.js").CallPolicy} CallPolicy */

/** By call. */
export const policies = signal(/** @type {Record<string, CallPolicy>} */ ({}));

/** Steps on their way to the server, as `alert_id step`. */
export const taking = signal(/** @type {Set<string>} */ (new Set()));

/** @param {string} call_id */
export async function loadPolicy(call_id) {
  try {
    const policy = await get(callPath(call_id, "/policy"));
    policies.value = { ...policies.value, [call_id]: policy };
  } catch (error) {
    complain(error);
  }
}

/** @param {string} call_id @param {string} alert_id @param {string} step */
export async function takeStep(call_id, alert_id, step) {
  const key = `${alert_id} ${step}`;
  taking.value = new Set([...taking.value, key]);
  try {
    const path = `/alerts/${encodeURIComponent(alert_id)}/steps/${encodeURIComponent(step)}`;
    await post(callPath(call_id, path));
    await loadPolicy(call_id);
  } catch (error) {
    complain(error);
  } finally {
    taking.value = new Set([...taking.value].filter((one) => one !== key));
  }
}
