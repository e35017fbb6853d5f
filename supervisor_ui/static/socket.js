// @ts-check
// `/ws/live`: comes back whenever it is lost, and goes on from the last event seen.

/** A lost socket is tried again after at most this long, each time a little later. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

/** Close codes after which trying again would not help, and what they mean for a page. */
const REFUSALS = /** @type {const} */ ({
  4401: "signed_out",
  4403: "forbidden",
  1008: "refused",
});

/** @typedef {"open" | "lost" | (typeof REFUSALS)[keyof typeof REFUSALS]} SocketStatus */

/**
 * @param {object} options
 * @param {() => object} options.subscription First message, made anew for every connection.
 * @param {(event: import("./events").Event) => void} options.onEvent
 * @param {(status: SocketStatus) => void} options.onStatus
 * @param {(url: string) => WebSocket} [options.open]
 * @param {(work: () => void, wait_ms: number) => any} [options.later]
 * @param {() => number} [options.random] In [0, 1).
 * @returns {{ retry: () => void, close: () => void }} `retry` does not wait any longer.
 */
export function connect({
  subscription,
  onEvent,
  onStatus,
  open = (url) => new WebSocket(url),
  later = setTimeout,
  random = Math.random,
}) {
  let attempts = 0;
  let closed = false;
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {any} */
  let waiting = null;

  function begin() {
    waiting = null;
    if (closed) return;
    const current = open("/ws/live");
    socket = current;
    current.onopen = () => {
      current.send(JSON.stringify({ type: "subscribe", ...subscription() }));
      onStatus("open");
    };
    current.onmessage = ({ data }) => {
      attempts = 0;
      const event = JSON.parse(data);
      if (event.type !== "error") onEvent(event);
    };
    current.onclose = ({ code }) => {
      if (closed || socket !== current) return;
      socket = null;
      const refusal = REFUSALS[/** @type {keyof typeof REFUSALS} */ (code)];
      onStatus(refusal ?? "lost");
      if (!refusal) waiting = later(begin, wait_ms(attempts++, random()));
    };
  }

  begin();
  return {
    retry() {
      if (waiting === null) return;
      clearTimeout(waiting);
      attempts = 0;
      begin();
    },
    close() {
      closed = true;
      clearTimeout(waiting);
      socket?.close(1000);
    },
  };
}

/**
 * Exponential, with full jitter: after a restart of the server not everybody comes at once.
 *
 * @param {number} attempts
 * @param {number} random In [0, 1).
 */
export function wait_ms(attempts, random) {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts);
  return longest / 2 + (longest / 2) * random;
}
