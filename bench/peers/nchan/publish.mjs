// Feeds nchan, which emits nothing itself: one WebSocket to its publisher's location, paced like the other servers.
import { once } from "node:events";
import { WebSocket } from "ws";
import { pace } from "../pacing/pacer.mjs";

const socket = new WebSocket(process.argv[2], { perMessageDeflate: false });
await once(socket, "open");
await pace((event) => socket.send(event));
console.log("ready");
