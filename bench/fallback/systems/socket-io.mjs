// socket.io-client with socket.io's own server.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { io } from "socket.io-client";

const names = { websocket: "WebSocket", polling: "long poll" };
const server = fileURLToPath(new URL("../servers/socket-io.mjs", import.meta.url));
const { version } = createRequire(import.meta.url)("socket.io-client/package.json");

/** Its long poll's other half, the POST by which the client sends, belongs to the transport too. */
function classify({ first: [, target = ""] }) {
  const transport = new URL(target, "http://server").searchParams.get("transport");
  return { websocket: "websocket", polling: "long-poll" }[transport] ?? "other";
}

const make = (name, { client = {}, flags = [], ...more } = {}) => ({
  name,
  version,
  server: { command: (port) => [process.execPath, server, `${port}`, ...flags] },
  classify,

  connect(address, { onNumber, onLost }) {
    const socket = io(address, { forceNew: true, ...client });
    socket.on("counter", onNumber);
    socket.on("disconnect", onLost);
    const transport = () => (socket.connected ? names[socket.io.engine.transport.name] : undefined);
    return { transport, close: () => socket.close() };
  },
  ...more,
});

export const socketIo = make("Socket.IO");
export const socketIoWebSocketFirst = make("Socket.IO, WebSocket first", {
  client: { transports: ["websocket", "polling"], tryAllTransports: true },
});
/** What it does otherwise than without shows only where a connection that has delivered breaks. */
export const socketIoRecovery = make("Socket.IO, recovery", { flags: ["recovery"], streamOnly: true });
