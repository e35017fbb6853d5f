// @ts-check
// Who works with this page.

import { signal } from "@preact/signals";

import { ApiError, get, post } from "./api.js";

/**
 * @typedef {{ name: string, role: string }} Person
 *
 * @typedef {{ state: "asking" }
 *   | { state: "signed_in", person: Person }
 *   | { state: "signed_out", problem: "" | "bad_code" }
 *   | { state: "unreachable" }} Session
 */

/** @type {import("@preact/signals").Signal<Session>} */
export const session = signal({ state: "asking" });

/** What the reader works as; empty while nobody is signed in. */
export function role() {
  return session.value.state === "signed_in" ? session.value.person.role : "";
}

/** Swaps the code of a sign-in link for a cookie, or asks whose cookie there is. */
export async function signIn() {
  session.value = { state: "asking" };
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  try {
    if (code) {
      // Good for one use: it must neither stay in the address nor in the history.
      history.replaceState(null, "", location.pathname + location.search);
      await post("/api/sign-in", { code });
    }
    session.value = { state: "signed_in", person: await get("/api/me") };
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 0;
    session.value =
      status >= 400 && status < 500
        ? { state: "signed_out", problem: code ? "bad_code" : "" }
        : { state: "unreachable" };
  }
}

export async function signOut() {
  await post("/api/sign-out").catch(() => null);
  session.value = { state: "signed_out", problem: "" };
}
