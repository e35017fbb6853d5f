// @ts-check
// Calls that are over: read from the record, folded like live ones.

import { signal } from "@preact/signals";

import { callPath, get } from "./api.js";
import { add, state } from "./live.js";
import { complain } from "./views/toast.js";

/** The call that is being read. */
export const reading = signal("");

/** @param {string} call_id */
export async function openCall(call_id) {
  if (state.value.calls[call_id]) return;
  reading.value = call_id;
  try {
    for (let after = 0, more = true; more; ) {
      const { entries, next_after } = await get(callPath(call_id, `/events?after=${after}`));
      add(entries);
      more = next_after !== null;
      after = next_after;
    }
  } catch (error) {
    complain(error);
  } finally {
    if (reading.value === call_id) reading.value = "";
  }
}
