// Our client, from client/dist, and the browser tests' host, with the defaults of both.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { WebSocket } from "ws";
import { transportOf } from "../../../tests/chaos/http-sniff.mjs";

globalThis.WebSocket ??= WebSocket; // as browsers have it, and later versions of Node
const root = fileURLToPath(new URL("../../..", import.meta.url));
const host = join(resolve(root, process.env.PUSHWIRE_BUILD_DIR ?? "build/test"), "tests/browser/pushwire-test-host");
const { connect } = await import(pathToFileURL(join(root, "client/dist/client.js")));

const names = { websocket: "WebSocket", sse: "SSE", "long-poll": "long poll", poll: "poll" };

export const pushwire = {
  name: "Pushwire",
  version: JSON.parse(readFileSync(join(root, "client/package.json"))).version,
  server: { command: (port) => [host, "--port", `${port}`], begin: ["type counter history 100000"] },
  classify: ({ first }) => transportOf(first[1] ?? ""),

  connect(address, { onNumber, onLost }) {
    const device = connect(`${address}/pushwire`);
    device.on("counter", onNumber);
    device.on("disconnected", onLost);
    return { transport: () => names[device.status().transport], close: () => device.close() };
  },
};
