// What goes wrong, as data.

const on = (transport, kind, more) => ({ on: transport, kind, ...more });
const refusedWebSocket = on("websocket", "hang-up", { upgrade: true, how: "reset" });
const streams = ["websocket", "sse"];

/** Name → `{faults?, absentMs?, act?, sparse?, stream?, watchMs?}`.
 *
 *  `faults`: the proxy's (tests/chaos/README.md), from the beginning to the end.
 *  `absentMs`: for so long from the beginning there is no server.
 *  `act`: what happens once the client reads by WebSocket: `cut`, all connections at once; `restart`, the server's process
 *  is killed and for `awayMs` nobody listens; `gateway`, the same, but with 502 as the answer to everything meanwhile.
 *  `sparse`: events come rarely, `count` of them with pauses `betweenMs`.
 *  `stream`: what breaks had delivered, or delivers by fits and starts; so look at the stream behind its first event.
 *  `watchMs`: how long it is looked at after the first event, or after the act. */
export const modes = {
  "open network": {},
  "upgrade answered 403": { faults: [on("websocket", "answer", { upgrade: true, status: 403 })] },
  "upgrade stripped": { faults: [on("websocket", "strip-upgrade")] },
  "upgrade reset": { faults: [refusedWebSocket] },
  "upgrade and SSE answered 403": { faults: [on(streams, "answer", { status: 403 })] },
  "WebSocket swallowed": { faults: [on("websocket", "swallow")] },
  "WebSocket swallowed after 101": { faults: [on("websocket", "swallow-after-head")] },
  "WebSocket and SSE swallowed": { faults: [on(streams, "swallow")] },
  "upgrade reset, streams buffered wholly": {
    faults: [refusedWebSocket, on("sse", "buffer", { until: "end", head: "hold" })],
  },
  "upgrade reset, streams buffered by 4096 bytes": {
    faults: [refusedWebSocket, on("sse", "buffer", { bytes: 4096 })],
    stream: true,
    watchMs: 15_000,
  },
  "no server for the first 2 s": { absentMs: 2000, watchMs: 30_000 },
  "WebSocket killed 150 ms after 101": {
    faults: [on("websocket", "kill", { afterMs: 150, how: "reset" })],
    stream: true,
    watchMs: 20_000,
  },
  "all connections cut once": { act: "cut", stream: true, watchMs: 15_000 },
  "server restarts, away for 2 s": { act: "restart", awayMs: 2000, stream: true, watchMs: 30_000 },
  "server restarts, 502 for 2 s": { act: "gateway", awayMs: 2000, stream: true, watchMs: 30_000 },
  "cut when idle for 10 s": {
    faults: [on("any", "cut-idle", { ms: 10_000 })],
    sparse: { count: 8, betweenMs: [8000, 16_000] },
    stream: true,
  },
};
