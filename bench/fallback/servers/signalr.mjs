// A SignalR hub in Node, as far as an event from the server to all clients needs one: negotiation, WebSockets, server-sent
// events and long polling as aspnetcore's TransportProtocols.md has them, and of HubProtocol.md the JSON encoding of
// handshake, invocation, ping and close. Time-outs are ASP.NET Core's defaults. No groups, streams, answers to invocations,
// and no stateful reconnect.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { HubConnection } from "./signalr-connection.mjs";
import { serve } from "./lines.mjs";

const connections = new Map(); // by token
const webSockets = new WebSocketServer({ noServer: true });

const tokenOf = ({ url }) => new URL(url, "http://hub").searchParams.get("id");

function negotiate(response) {
  const connection = new HubConnection(() => connections.delete(connection.token));
  connections.set(connection.token, connection);
  const availableTransports = [
    { transport: "WebSockets", transferFormats: ["Text", "Binary"] },
    { transport: "ServerSentEvents", transferFormats: ["Text"] },
    { transport: "LongPolling", transferFormats: ["Text", "Binary"] },
  ];
  const { id, token } = connection;
  const answer = { negotiateVersion: 1, connectionId: id, connectionToken: token, availableTransports };
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(answer));
}

async function receive(request, response, connection) {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  connection.receive(text);
  response.end();
}

const http = createServer((request, response) => {
  const { method, url, headers } = request;
  response.setHeader("Cache-Control", "no-cache, no-store");
  if (method === "POST" && url.startsWith("/hub/negotiate")) return negotiate(response);
  const connection = connections.get(tokenOf(request));
  if (!connection) return response.writeHead(404).end("No Connection with that ID");
  if (method === "POST") return receive(request, response, connection);
  if (method === "DELETE") {
    connection.end();
    return response.writeHead(202).end();
  }
  if (headers.accept?.includes("text/event-stream")) return connection.streamTo(response);
  connection.poll(response);
});

http.on("upgrade", (request, socket, head) => {
  const connection = connections.get(tokenOf(request));
  if (!connection) return socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
  webSockets.handleUpgrade(request, socket, head, (webSocket) => connection.talkOver(webSocket));
});

await serve(http, (number) => {
  for (const connection of connections.values()) connection.invoke("counter", number);
});
