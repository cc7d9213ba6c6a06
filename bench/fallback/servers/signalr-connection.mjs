import { randomUUID } from "node:crypto";

const END = "\x1e"; // of a message
const ping = { type: 6 };

// ASP.NET Core's defaults.
const KEEP_ALIVE_MS = 15_000;
const CLIENT_TIMEOUT_MS = 30_000;
const HANDSHAKE_TIMEOUT_MS = 15_000;
const POLL_TIMEOUT_MS = 90_000;
const DISCONNECT_TIMEOUT_MS = 15_000; // without a transport

/** One client, by whichever transport. What was written to a transport counts as sent, as it does in ASP.NET Core without
 *  stateful reconnect. */
export class HubConnection {
  id = randomUUID();
  token = randomUUID();

  #ended;
  #write; // text, by the transport in use
  #close = () => {}; // that transport
  #shaken = false; // hands
  #inherentKeepAlive = false; // long polling
  #unsent = ""; // until the next poll
  #poll; // the response that waits
  #pollTimer;
  #lostTimer;
  #sentAt = Date.now();
  #heardAt = Date.now();
  #clock = setInterval(() => this.#tick(), 1000);
  #begunAt = Date.now();

  constructor(ended) {
    this.#ended = ended;
    this.#mayBeLost();
  }

  invoke(target, ...args) {
    if (this.#shaken) this.#send({ type: 1, target, arguments: args });
  }

  receive(text) {
    this.#heardAt = Date.now();
    for (const message of text.split(END).slice(0, -1)) {
      if (this.#shaken) {
        if (JSON.parse(message).type === 7) this.end();
        continue;
      }
      const { protocol } = JSON.parse(message);
      this.#send(protocol === "json" ? {} : { error: `The protocol '${protocol}' is not supported.` });
      this.#shaken = protocol === "json";
    }
  }

  talkOver(webSocket) {
    this.#carriedBy((text) => webSocket.send(text), () => webSocket.close());
    webSocket.on("message", (bytes) => this.receive(`${bytes}`));
    webSocket.on("error", () => {}); // `close` follows
    webSocket.on("close", () => this.end());
  }

  streamTo(response) {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Content-Encoding": "identity" });
    response.write(":\r\n");
    this.#carriedBy((text) => response.write(`data: ${text}\r\n\r\n`), () => response.end());
    response.on("close", () => this.end());
  }

  /** The first one is answered at once: it says that the transport works. */
  poll(response) {
    const first = !this.#write;
    this.#carriedBy((text) => this.#keep(text), () => this.#answer(204));
    this.#inherentKeepAlive = true;
    this.#answer(204); // one that still waits
    this.#poll = response;
    response.on("close", () => {
      if (this.#poll === response) this.#answer(204);
    });
    if (first || this.#unsent) return this.#answer(200);
    this.#pollTimer = setTimeout(() => this.#answer(200), POLL_TIMEOUT_MS);
  }

  end() {
    clearInterval(this.#clock);
    clearTimeout(this.#lostTimer);
    this.#shaken = false;
    this.#ended();
    const close = this.#close;
    this.#close = () => {};
    close();
  }

  #carriedBy(write, close) {
    clearTimeout(this.#lostTimer);
    this.#write = write;
    this.#close = close;
  }

  #mayBeLost() {
    clearTimeout(this.#lostTimer);
    this.#lostTimer = setTimeout(() => this.end(), DISCONNECT_TIMEOUT_MS);
  }

  #send(message) {
    this.#sentAt = Date.now();
    this.#write?.(JSON.stringify(message) + END);
  }

  #keep(text) {
    this.#unsent += text;
    if (this.#poll) this.#answer(200);
  }

  #answer(status) {
    const response = this.#poll;
    if (!response) return;
    this.#poll = undefined;
    clearTimeout(this.#pollTimer);
    response.writeHead(status, { "Content-Type": "text/plain" });
    if (status === 200) {
      response.end(this.#unsent);
      this.#unsent = "";
    } else response.end();
    this.#mayBeLost();
  }

  #tick() {
    const now = Date.now();
    if (this.#shaken && now - this.#sentAt >= KEEP_ALIVE_MS) this.#send(ping);
    if (!this.#shaken && this.#write && now - this.#begunAt >= HANDSHAKE_TIMEOUT_MS) return this.end();
    if (!this.#shaken || this.#inherentKeepAlive || now - this.#heardAt < CLIENT_TIMEOUT_MS) return;
    this.#send({ type: 7, error: "Connection closed with an error." });
    this.end();
  }
}
