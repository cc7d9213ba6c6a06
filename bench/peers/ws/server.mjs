// ws on Node: the broadcast of its README.
import { WebSocket, WebSocketServer } from "ws";
import { pace } from "../pacing/pacer.mjs";

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 4096 });
await pace((event) => {
  const data = Buffer.from(event); // once for all
  for (const client of server.clients) if (client.readyState === WebSocket.OPEN) client.send(data, { binary: false });
});
