// @ts-check
// Where one word for frustration ends and the next begins.

export const LEVELS = /** @type {const} */ ([
  [0.25, "calm"],
  [0.5, "uneasy"],
  [0.75, "frustrated"],
  [Infinity, "upset"],
]);

/** @param {number} frustration 0 to 1. */
export function level(frustration) {
  return LEVELS.find(([below]) => frustration < below)?.[1] ?? "upset";
}

/** @param {number} frustration 0 to 1. @returns {number} 0 calm to 3 very upset. */
export function step(frustration) {
  return LEVELS.findIndex(([below]) => frustration < below);
}
