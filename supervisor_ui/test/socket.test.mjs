import assert from "node:assert/strict";
import { test } from "node:test";

import { connect, wait_ms } from "../static/socket.js";

/** A page's socket and everything that happens to it, by hand. */
function page(after = { c: 0 }) {
  const seen = { sockets: [], events: [], statuses: [], waits: [] };
  const connection = connect({
    subscription: () => ({ role: "supervisor", calls: "all", after }),
    onEvent: (event) => {
      seen.events.push(event);
      after[event.call_id] = event.seq;
    },
    onStatus: (status) => seen.statuses.push(status),
    open: (url) => {
      const socket = { url, sent: [], send: (text) => socket.sent.push(JSON.parse(text)), close() {} };
      seen.sockets.push(socket);
      return socket;
    },
    later: (work, wait) => seen.waits.push({ work, wait }),
    random: () => 1,
  });
  return { ...seen, connection };
}

const message = (members) => ({ data: JSON.stringify(members) });

test("subscribes first, then passes events on", () => {
  const { sockets, events, statuses } = page();
  sockets[0].onopen();
  assert.deepEqual(sockets[0].sent, [
    { type: "subscribe", role: "supervisor", calls: "all", after: { c: 0 } },
  ]);
  sockets[0].onmessage(message({ type: "line", call_id: "c", seq: 4 }));
  assert.equal(events.length, 1);
  assert.deepEqual(statuses, ["open"]);
});

test("comes back from a loss and goes on from the last event", () => {
  const { sockets, statuses, waits } = page();
  sockets[0].onopen();
  sockets[0].onmessage(message({ type: "line", call_id: "c", seq: 9 }));
  sockets[0].onclose({ code: 1006 });
  assert.equal(statuses.at(-1), "lost");
  waits[0].work();
  sockets[1].onopen();
  assert.deepEqual(sockets[1].sent[0].after, { c: 9 });
});

test("waits longer each time, up to a bound, and never all pages alike", () => {
  const waits = [0, 1, 2, 9].map((attempts) => wait_ms(attempts, 1));
  assert.deepEqual(waits, [500, 1000, 2000, 8000]);
  assert.equal(wait_ms(9, 0), 4000);
});

test("a network that is back is not waited for", () => {
  const { sockets, connection } = page();
  sockets[0].onclose({ code: 1006 });
  connection.retry();
  assert.equal(sockets.length, 2);
});

for (const [code, status] of [
  [4401, "signed_out"],
  [4403, "forbidden"],
  [1008, "refused"],
]) {
  test(`does not come back from a refusal: ${status}`, () => {
    const { sockets, statuses, waits, events } = page();
    sockets[0].onmessage(message({ type: "error", code: "x", message: "y" }));
    sockets[0].onclose({ code });
    assert.deepEqual([statuses, waits, events], [[status], [], []]);
  });
}

test("stays closed when the page closes it", () => {
  const { sockets, connection, waits } = page();
  connection.close();
  sockets[0].onclose({ code: 1000 });
  assert.deepEqual(waits, []);
});
