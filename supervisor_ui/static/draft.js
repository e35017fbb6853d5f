// @ts-check
// A person's edit of a summary, kept on the server while they write.

/** Long enough to finish a phrase, short enough to lose nothing that matters. */
const PAUSE_MS = 1200;
const RETRY_MS = 4000;

/**
 * @typedef {import("./events").SummaryFields} Fields
 * @typedef {{ brief: string, text: string, fields: Fields }} Draft
 * @typedef {"clean" | "unsaved" | "saving" | "saved" | "failed"} SaveStatus
 */

/**
 * @param {import("./events").Summary} summary
 * @returns {Draft}
 */
export function draftOf({ brief, text, fields }) {
  return { brief, text, fields };
}

/**
 * The draft as it is stored: no blank entries, and "not stated" only where nothing stands.
 *
 * @param {Draft} draft
 * @returns {Draft}
 */
export function tidy({ brief, text, fields }) {
  const full = (/** @type {string} */ entry) => entry.trim() !== "";
  const kept = {
    ...fields,
    actions_taken: fields.actions_taken.filter(full),
    promises: fields.promises.filter(full),
    follow_ups: fields.follow_ups.filter(({ what }) => full(what)),
  };
  return {
    brief,
    text,
    fields: { ...kept, not_stated: fields.not_stated.filter((name) => isBlank(kept, name)) },
  };
}

/**
 * What a person sees to be different between two versions.
 *
 * @param {import("./events").Summary} before
 * @param {import("./events").Summary} after
 * @returns {string[]} Names of fields.
 */
export function changedFields(before, after) {
  const names = /** @type {(keyof Fields)[]} */ (Object.keys(after.fields));
  const changed = names.filter(
    (name) =>
      name !== "not_stated" &&
      JSON.stringify(before.fields[name]) !== JSON.stringify(after.fields[name]),
  );
  return before.text === after.text ? changed : ["text", ...changed];
}

/** Seconds that somebody had the form before their eyes. @param {() => number} now In ms. */
export function stopwatch(now = () => performance.now()) {
  let total_ms = 0;
  /** @type {number | null} */
  let since_ms = null;
  return {
    start() {
      since_ms ??= now();
    },
    stop() {
      if (since_ms !== null) total_ms += now() - since_ms;
      since_ms = null;
    },
    /** A version begins with what was spent on it before. @param {number} [spent_s] */
    restart(spent_s = 0) {
      total_ms = spent_s * 1000;
      if (since_ms !== null) since_ms = now();
    },
    get seconds() {
      return Math.round((total_ms + (since_ms === null ? 0 : now() - since_ms)) / 1000);
    },
  };
}

/**
 * @param {Fields} fields
 * @param {string} name
 */
export function isBlank(fields, name) {
  const value = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (fields))[name];
  return !value || (Array.isArray(value) && value.length === 0);
}

/**
 * Saves drafts one after the other.
 *
 * @param {object} options
 * @param {number} options.version The version that is edited.
 * @param {(edit: { version: number } & Draft) => Promise<{ version: number }>} options.put
 * @param {(status: SaveStatus) => void} options.onStatus
 * @param {(work: () => void, wait_ms: number) => any} [options.later]
 * @param {(timer: any) => void} [options.cancel]
 */
export function autosave({
  version,
  put,
  onStatus,
  later = setTimeout,
  cancel = clearTimeout,
}) {
  /** @type {Draft | null} */
  let unsaved = null;
  /** @type {Promise<boolean> | null} */
  let running = null;
  /** @type {any} */
  let timer = null;

  /** @param {number} wait_ms */
  function schedule(wait_ms) {
    cancel(timer);
    timer = later(flush, wait_ms);
  }

  /** @returns {Promise<boolean>} Whether everything is saved. */
  function flush() {
    cancel(timer);
    running ??= save().finally(() => (running = null));
    return running;
  }

  async function save() {
    while (unsaved) {
      const draft = unsaved;
      unsaved = null;
      onStatus("saving");
      try {
        ({ version } = await put({ version, ...tidy(draft) }));
      } catch {
        unsaved ??= draft;
        onStatus("failed");
        schedule(RETRY_MS);
        return false;
      }
      onStatus(unsaved ? "unsaved" : "saved");
    }
    return true;
  }

  return {
    /** @param {Draft} draft */
    change(draft) {
      unsaved = draft;
      onStatus("unsaved");
      schedule(PAUSE_MS);
    },
    flush,
    /** Goes on from another version; what was not saved is given up. @param {number} newest */
    rebase(newest) {
      version = newest;
      cancel(timer);
      unsaved = null;
      onStatus("clean");
    },
    get version() {
      return version;
    },
    get busy() {
      return unsaved !== null || running !== null;
    },
  };
}
