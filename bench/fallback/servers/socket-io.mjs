// Socket.IO's own server with its defaults. `socket-io.mjs <port> [recovery]`: with connection state recovery, which is off
// unless it is asked for.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { serve } from "./lines.mjs";

const http = createServer();
const io = new Server(http, process.argv[3] === "recovery" ? { connectionStateRecovery: {} } : {});
await serve(http, (number) => io.emit("counter", number));
