// The ways in which what stands between a client and its server is known to fail, as data: for tests in Node and in a
// browser, and for whoever wants to know how long a client takes to come through.

const refusedWebSocket = { on: "websocket", kind: "hang-up", upgrade: true, how: "reset" };
const refused = (...on) => ({ on, kind: "answer", status: 403 });

// A WebSocket tells a code alone. A plain request of its path, where that passes, has the server's own 426, which tells
// no more.
const closed = /^(closed-1006|http-426)$/;
const closedSoon = /^closed-1006-after-\d+ms$/;
// On a busy machine the client may have given up before.
const closedSoonOrGivenUp = new RegExp(`${closedSoon.source}|^no-hello-in-`);
const noHello = /^no-hello-in-\d+ms$/;
const heldBack = /^(buffered|no-hello-in-\d+ms)$/;
const cutOff = /^(closed-1006|ended)-after-\d+ms$/;
const away = /^(closed-1006|unreachable|http-426)$/; // the way may open between a handshake and the question why

/** Name → `{faults, expected, causes?, heartbeatMs?, staysMs?, endsAfterMs?}`.
 *
 *  `faults`: for `proxy.faults.add`, all at once, before the client connects.
 *  `expected`: the transport on which a client comes through and stays.
 *  `causes`: for each transport that was tried in vain, what one of its attempts names as the cause.
 *  `heartbeatMs`: the server's, where the mode depends on it.
 *  `staysMs`: for so long the client must keep that transport's connection, where time is what the mode is about.
 *  `endsAfterMs`: the faults are taken away so long after the client has begun. */
export const modes = {
  open: { faults: [], expected: "websocket" },

  // Upgrades that are not granted.
  "upgrade reset": { faults: [refusedWebSocket], expected: "sse", causes: { websocket: closed } },
  "upgrade closed": {
    faults: [{ on: "websocket", kind: "hang-up", upgrade: true, how: "close" }],
    expected: "sse",
    causes: { websocket: closed },
  },
  "upgrade answered with 403": {
    faults: [{ on: "websocket", kind: "answer", upgrade: true, status: 403 }],
    expected: "sse",
    causes: { websocket: closed },
  },
  "upgrade stripped": {
    faults: [{ on: "websocket", kind: "strip-upgrade" }],
    expected: "sse",
    causes: { websocket: closed },
  },
  "websocket answered with 403": {
    faults: [refused("websocket")],
    expected: "sse",
    causes: { websocket: /^http-403$/ },
  },
  "websocket reset, and plain requests of its path as well": {
    faults: [{ on: "websocket", kind: "hang-up", how: "reset" }],
    expected: "sse",
    causes: { websocket: /^closed-1006$/ },
  },
  "websocket answered with 502": {
    faults: [{ on: "websocket", kind: "answer", status: 502 }],
    expected: "sse",
    causes: { websocket: /^http-502$/ },
  },

  // Silence in the place of an answer.
  "websocket swallowed": {
    faults: [{ on: "websocket", kind: "swallow" }],
    expected: "sse",
    causes: { websocket: noHello },
  },
  "websocket swallowed after 101": {
    faults: [{ on: "websocket", kind: "swallow-after-head" }],
    expected: "sse",
    causes: { websocket: noHello },
  },
  "websocket and sse swallowed": {
    faults: [{ on: ["websocket", "sse"], kind: "swallow" }],
    expected: "long-poll",
    causes: { websocket: noHello, sse: noHello },
  },
  "all streams and long-poll swallowed": {
    faults: [{ on: ["websocket", "sse", "long-poll"], kind: "swallow" }],
    expected: "poll",
    causes: { websocket: noHello, sse: noHello, "long-poll": noHello },
  },
  "sse swallowed after its head": {
    faults: [refusedWebSocket, { on: "sse", kind: "swallow-after-head" }],
    expected: "long-poll",
    causes: { websocket: closed, sse: heldBack },
  },

  // Refusals further down.
  "websocket and sse answered with 403": {
    faults: [refused("websocket", "sse")],
    expected: "long-poll",
    causes: { websocket: /^http-403$/, sse: /^http-403$/ },
  },
  "all but poll answered with 403": {
    faults: [refused("websocket", "sse", "long-poll")],
    expected: "poll",
    causes: { websocket: /^http-403$/, sse: /^http-403$/, "long-poll": /^http-403$/ },
  },

  // Streams that are held back.
  "sse buffered, head passed": {
    faults: [refusedWebSocket, { on: "sse", kind: "buffer", until: "end" }],
    expected: "long-poll",
    causes: { websocket: closed, sse: heldBack },
  },
  "sse buffered, head held": {
    faults: [refusedWebSocket, { on: "sse", kind: "buffer", until: "end", head: "hold" }],
    expected: "long-poll",
    causes: { websocket: closed, sse: noHello },
  },
  "sse buffered by 4096 bytes": {
    faults: [refusedWebSocket, { on: "sse", kind: "buffer", bytes: 4096 }],
    expected: "long-poll",
    causes: { websocket: closed, sse: heldBack },
  },
  "sse buffered behind its hello": {
    faults: [refusedWebSocket, { on: "sse", kind: "buffer", until: "end", passBytes: 550 }],
    expected: "long-poll",
    causes: { websocket: closed, sse: /^buffered$/ },
  },
  "sse passed every 100 ms": {
    faults: [refusedWebSocket, { on: "sse", kind: "buffer", ms: 100 }],
    expected: "sse",
    causes: { websocket: closed },
  },
  "websocket buffered": {
    faults: [{ on: "websocket", kind: "buffer", until: "end", upgraded: true }],
    expected: "sse",
    causes: { websocket: noHello },
  },

  // Connections that end too soon.
  "websocket killed 30 ms after 101, always": {
    faults: [{ on: "websocket", kind: "kill", afterMs: 30, how: "reset" }],
    expected: "sse",
    causes: { websocket: closedSoon },
  },
  "websocket killed 30 ms after 101, once": {
    faults: [{ on: "websocket", kind: "kill", afterMs: 30, how: "reset", times: 1 }],
    expected: "websocket",
    causes: { websocket: closedSoonOrGivenUp },
  },
  "sse killed 100 ms after its first byte, once": {
    faults: [refusedWebSocket, { on: "sse", kind: "kill", from: "body", afterMs: 100, times: 1 }],
    expected: "sse",
    causes: { websocket: closed, sse: cutOff },
  },
  "websocket cut after 600 bytes, once": {
    faults: [{ on: "websocket", kind: "cut-after", bytes: 600, times: 1 }],
    expected: "websocket",
  },
  "idle connections cut, heartbeats quicker": {
    faults: [{ kind: "cut-idle", on: ["websocket", "sse"], ms: 2500 }], // a busy machine's heartbeats are late
    expected: "websocket",
    heartbeatMs: 1000,
    staysMs: 5000,
  },
  "websocket frozen once, half open": {
    faults: [{ on: "websocket", kind: "freeze", afterMs: 1500, times: 1 }],
    expected: "websocket",
    causes: { websocket: /^silent-for-\d+ms$/ },
    heartbeatMs: 1000,
  },

  // Poor networks.
  "each byte by itself": { faults: [{ kind: "split", bytes: 1 }], expected: "websocket" },
  "each byte of sse by itself": {
    faults: [refusedWebSocket, { on: "sse", kind: "split", bytes: 1 }],
    expected: "sse",
    causes: { websocket: closed },
  },
  "100 ms each way": { faults: [{ kind: "delay", ms: 100 }], expected: "websocket" },
  "4000 bytes a second": { faults: [{ kind: "drip", bytesPerSecond: 4000 }], expected: "websocket" },

  // Servers that are away for a while.
  "refused for a while": {
    faults: [{ kind: "refuse" }],
    expected: "websocket",
    causes: { websocket: away },
    endsAfterMs: 800,
  },
  "503 with Retry-After": {
    faults: [{ kind: "answer", on: ["websocket", "sse", "long-poll", "poll"], status: 503, retryAfterS: 1 }],
    expected: "websocket",
    causes: { websocket: /^http-503$/ },
    endsAfterMs: 800,
  },
};
