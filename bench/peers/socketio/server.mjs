// Socket.IO on Node, by WebSocket: emit to all.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { pace } from "../pacing/pacer.mjs";

const http = createServer();
const io = new Server(http, { serveClient: false });
http.listen({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 4096 });
await pace((event) => io.emit("bench", JSON.parse(event)));
