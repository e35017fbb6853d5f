// @ts-check
// REST of the record. Every failure is an `ApiError` with the HTTP status, 0 without a
// network.

export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   */
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

const role = document.documentElement.dataset.role ?? "";

/** @param {string} path */
export const get = (path) => send("GET", path);
/** @param {string} path @param {object} [body] */
export const post = (path, body = {}) => send("POST", path, body);
/** @param {string} path @param {object} body */
export const put = (path, body) => send("PUT", path, body);

/** @param {string} path */
export const remove = (path) => send("DELETE", path);

/** @param {string} call_id @param {string} [rest] */
export function callPath(call_id, rest = "") {
  return `/api/calls/${encodeURIComponent(call_id)}${rest}`;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>}
 */
async function send(method, path, body) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, {
      method,
      // A browser may be signed in as several roles; the page says which it works as.
      headers: { "Copilot-Role": role, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, "no connection to the server");
  }
  const content = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, content?.detail ?? response.statusText);
  return content;
}
