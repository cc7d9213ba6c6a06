// What stands behind the proxy in the proxy's own tests: a little server in this process, and clients that see bytes.
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { until } from "../../browser/support/until.mjs";
import { WebSocket, WebSocketServer } from "../../browser/node_modules/ws/wrapper.mjs";

export { WebSocket };

/** Answers /sse with a stream that the test writes to by `say`, /websocket with an echo that begins with "hello", and
 *  every other path with "polled"; `requests` are the targets that have arrived. */
export class Upstream {
  requests = [];
  streams = new Set();

  static async start(t) {
    const upstream = new Upstream();
    const server = createServer((request, response) => upstream.#answer(request, response));
    const sockets = new WebSocketServer({ server });
    sockets.on("connection", (socket, request) => {
      upstream.requests.push(request.url);
      socket.on("error", () => {});
      socket.on("message", (data, binary) => socket.send(data, { binary }));
      socket.send("hello");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    upstream.port = server.address().port;
    t.after(() => {
      sockets.clients.forEach((socket) => socket.terminate());
      server.closeAllConnections();
      server.close();
    });
    return upstream;
  }

  say(text) {
    for (const stream of this.streams) stream.write(text);
  }

  finish() {
    for (const stream of this.streams) stream.end();
  }

  #answer(request, response) {
    this.requests.push(request.url);
    if (!request.url.includes("/sse")) return response.end("polled");
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.flushHeaders();
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
  }
}

/** A plain connection: what it received so far, in which pieces, and how it ended. */
export class RawClient {
  pieces = [];
  ended;

  static async open(t, port) {
    const client = new RawClient();
    client.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    t.after(() => client.socket.destroy());
    client.socket.on("data", (bytes) => client.pieces.push(bytes));
    client.socket.on("error", ({ code }) => (client.ended = code));
    client.socket.on("end", () => (client.ended ??= "FIN"));
    await new Promise((resolve) => client.socket.once("connect", resolve).once("close", resolve));
    return client;
  }

  get text() {
    return Buffer.concat(this.pieces).toString();
  }

  /** Asks for that target, to be kept alive. */
  get(target, ...fields) {
    this.socket.write([`GET ${target} HTTP/1.1`, "Host: 127.0.0.1", ...fields, "", ""].join("\r\n"));
  }

  upgrade(target) {
    this.get(
      target,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    );
  }

  receives(text) {
    return until(() => `${text} in ${JSON.stringify(this.text)}`, () => this.text.includes(text), 5000);
  }

  async end() {
    return until("the end of the connection", () => this.ended, 5000);
  }
}

/** Resolves when `socket` is open, or with what happened instead. */
export function opened(socket) {
  return new Promise((resolve) => {
    socket.on("open", () => resolve("open"));
    socket.on("unexpected-response", (_, response) => resolve(response.statusCode));
    socket.on("error", (error) => resolve(error.code ?? error.message));
  });
}
