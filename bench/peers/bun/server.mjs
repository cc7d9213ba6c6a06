// Bun, whose server is uWebSockets: publish to one topic, which is what its documentation has for a broadcast. Any
// other URL answers what FAN_BODY holds.
import { readFileSync } from "node:fs";
import { pace } from "../pacing/pacer.mjs";

const body = process.env.FAN_BODY ? readFileSync(process.env.FAN_BODY) : "[]";
const headers = { "Content-Type": "application/json" };

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  idleTimeout: 255, // seconds, the most it takes
  fetch(request, server) {
    if (request.headers.has("upgrade") && server.upgrade(request)) return;
    return new Response(body, { headers });
  },
  websocket: {
    open: (socket) => socket.subscribe("bench"),
    message() {},
    perMessageDeflate: false,
  },
});
await pace((event) => server.publish("bench", event));
