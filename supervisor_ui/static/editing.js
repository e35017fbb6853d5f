// @ts-check
// Somebody's edit of a summary: kept on the server while they write, handed in when done.

import { signal } from "@preact/signals";

import { ApiError, callPath, get, post, put, remove } from "./api.js";
import { autosave, draftOf, stopwatch, tidy } from "./draft.js";

/**
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./events").Summary} Summary
 */

/**
 * @param {string} call_id
 * @param {Summary} summary The newest version.
 */
export function edit(call_id, summary) {
  const path = callPath(call_id, "/summary");
  const draft = signal(draftOf(summary));
  const status = signal(/** @type {import("./draft.js").SaveStatus} */ ("clean"));
  /** What is written and not handed in. */
  const written = signal(false);
  /** Whether somebody made a newer version meanwhile: a person says whose words stand. */
  const conflict = signal(false);
  /** When an edit was saved that this page did not make. */
  const found = signal("");
  const watch = stopwatch();
  const saver = autosave({
    version: summary.version,
    put: async (next) => {
      const kept = await put(`${path}/draft`, { ...next, spent_s: watch.seconds });
      if (kept.newest_version > kept.version) conflict.value = true;
      return kept;
    },
    onStatus: (now) => (status.value = now),
  });

  /** @param {Summary} newest */
  function take(newest) {
    written.value = false;
    conflict.value = false;
    found.value = "";
    watch.restart();
    draft.value = draftOf(newest);
    saver.rebase(newest.version);
  }

  return {
    draft,
    status,
    written,
    conflict,
    found,
    watch,

    /** Brings back what was written before the page was closed. */
    async restore() {
      try {
        const kept = await get(`${path}/draft`);
        if (written.value) return;
        const { brief, text, fields } = draftOf(summary);
        draft.value = {
          brief: kept.brief ?? brief,
          text: kept.text ?? text,
          fields: kept.fields ?? fields,
        };
        written.value = true;
        watch.restart(kept.spent_s ?? 0);
        found.value = kept.saved_at;
        saver.rebase(kept.version);
        conflict.value = kept.newest_version > kept.version;
      } catch {
        // There is none, or the page says already that the server is away.
      }
    },

    /** @param {Draft} next */
    change(next) {
      draft.value = next;
      written.value = true;
      saver.change(next);
    },

    /** What is written becomes a version. @returns {Promise<boolean>} Whether all is in. */
    async handIn() {
      if (!written.value) return true;
      // First: a save that is still on its way would bring the draft back afterwards.
      if (!(await saver.flush()) || conflict.value) return false;
      try {
        const body = { version: saver.version, ...tidy(draft.value), spent_s: watch.seconds };
        take(await put(path, body));
        return true;
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 409)) throw error;
        conflict.value = true;
        return false;
      }
    },

    /** @returns {Promise<void>} */
    async approve() {
      if (!(await this.handIn())) return;
      take(await post(`${path}/approve`, { version: saver.version, spent_s: watch.seconds }));
    },

    /** @param {string} comment */
    async reopen(comment) {
      take(await post(`${path}/reopen`, { version: saver.version, comment }));
    },

    /** Forgets what is written. @param {Summary} newest */
    async discard(newest) {
      take(newest);
      await remove(`${path}/draft`);
    },

    /** Somebody made a newer version. @param {Summary} newest */
    follow(newest) {
      if (newest.version <= saver.version) return;
      if (written.value) conflict.value = true;
      else take(newest);
    },

    /** Settles a conflict: what is written goes on top of the newest version.
     *  @param {Summary} newest */
    keep(newest) {
      conflict.value = false;
      saver.rebase(newest.version);
      saver.change(draft.value);
    },

    flush: () => saver.flush(),
  };
}
