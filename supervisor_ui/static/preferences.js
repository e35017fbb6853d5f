// @ts-check
// What a person chose on this machine. Embedded in another site, a page may have no storage.

/** @param {string} name */
export function recall(name) {
  try {
    return localStorage.getItem(`copilot.${name}`);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
export function remember(name, value) {
  try {
    localStorage.setItem(`copilot.${name}`, value);
  } catch {
    // The choice then lasts as long as the page.
  }
}
