// @microsoft/signalr with our own small server (../servers/signalr.mjs).
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { isUpgrade } from "../../../tests/chaos/http-sniff.mjs";

const names = {
  WebSocketTransport: "WebSocket",
  ServerSentEventsTransport: "SSE",
  LongPollingTransport: "long poll",
};
const server = fileURLToPath(new URL("../servers/signalr.mjs", import.meta.url));
const { version } = createRequire(import.meta.url)("@microsoft/signalr/package.json");
const AGAIN_MS = 5000; // as in the documentation's own example

// It throws out of an event handler when a stream ends just after it has opened. A browser would report that and go on.
process.on("uncaughtException", (error) => {
  if (!/HttpConnection\.stopConnection/.test(error.message)) throw error;
  console.error(`SignalR, uncaught: ${error.message}`);
});

/** The POST by which a client sends is "other", whichever its transport: it passes where a stream does not. */
function classify(head) {
  const [method, target = ""] = head.first;
  if (isUpgrade(head)) return "websocket";
  if (method !== "GET" || !target.startsWith("/hub?")) return "other";
  return head.fields.accept?.includes("text/event-stream") ? "sse" : "long-poll";
}

export const signalr = {
  name: "SignalR",
  version,
  server: { command: (port) => [process.execPath, server, `${port}`] },
  classify,

  /** A failed start is not tried again by the client itself, nor is a connection that automatic reconnection has given up;
   *  its documentation has the application do it, after five seconds. */
  connect(address, { onNumber, onLost }) {
    let timer;
    let over = false;
    const builder = new HubConnectionBuilder().withUrl(`${address}/hub`).withAutomaticReconnect();
    const connection = builder.configureLogging(LogLevel.None).build();
    const start = () =>
      connection.start().catch(() => {
        if (!over) timer = setTimeout(start, AGAIN_MS);
      });
    connection.on("counter", onNumber);
    connection.onreconnecting(onLost);
    connection.onclose(() => over || start());
    start();
    const transport = () =>
      connection.state === "Connected" ? names[connection.connection.transport?.constructor.name] : undefined;
    return {
      transport,
      close() {
        over = true;
        clearTimeout(timer);
        connection.stop().catch(() => {});
      },
    };
  },
};
