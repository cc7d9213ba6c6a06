import { connect } from "node:net";
import { Exchange } from "./exchange.mjs";
import { isUpgrade, MessageReader, withoutUpgrade } from "./http-sniff.mjs";
import { Line } from "./line.mjs";

/** A client's connection and the one to the server that belongs to it, which is made with the first request that is
 *  passed on. Requests are taken one after the other, each with the faults of its own. */
export class Connection {
  /** The transports that it has carried. */
  carried = new Set();
  /** Called once, when both sides are closed. */
  ended = () => {};

  #client;
  #server;
  #port;
  #faults;
  #record;
  #classify;
  #requests = new MessageReader();
  #responses = new MessageReader({ responses: true });
  #down;
  #up;
  #exchange; // going on
  #latest; // begun last: what happens between two requests is the earlier one's
  #idleTimer;
  #movedAt = performance.now();
  #cut = false;

  constructor(client, { port, faults, record, classify }) {
    this.#client = client;
    this.#port = port;
    this.#faults = faults;
    this.#record = record;
    this.#classify = classify;
    const server = { pause: () => this.#server?.pause(), resume: () => this.#server?.resume() };
    this.#down = this.#line(client, server, "down");
    client.on("data", (bytes) => this.#fromClient(bytes));
    client.on("end", () => this.#clientEnded());
    client.on("error", () => {}); // `close` follows
    client.on("close", (failed) => this.#closed(this.#up, failed));
  }

  get transport() {
    return (this.#exchange ?? this.#latest)?.transport;
  }

  /** Both sides, at once. */
  cut(how = "close") {
    this.#leave();
    this.#down.abandon(how);
    this.#up?.abandon(how);
  }

  /** To be called when the faults have changed. */
  retune() {
    this.#exchange?.retune();
    this.#watchIdle();
    this.#down.wake();
    this.#up?.wake();
  }

  #line(target, source, way) {
    return new Line({ target, source, shape: () => this.#shape(way) });
  }

  #shape(way) {
    const exchange = this.#exchange ?? this.#latest;
    const shape = {};
    for (const kind of exchange ? ["freeze", "delay", "drip", "split"] : []) {
      const fault = exchange.fault(kind);
      if (!fault || (fault.way ?? way) !== way) continue;
      exchange.acted(kind);
      shape[kind] = fault;
    }
    return shape;
  }

  #fromClient(bytes) {
    if (this.#cut) return;
    this.#moved();
    this.#requests.push(bytes);
    this.#takeRequests();
  }

  #takeRequests() {
    while (!this.#cut) {
      const exchange = this.#exchange;
      if (exchange?.requestDone && !exchange.upgraded) return; // the next request waits for its turn
      const part = this.#requests.next();
      if (!part) return;
      if (part.head) this.#begin(part);
      else if (part.body) this.#pass(part.bytes);
      else exchange.requestDone = true;
      if (part.end && exchange.answered) this.#complete();
    }
  }

  #begin({ head, bytes }) {
    const way = { write: (some) => this.#down.write(some), cut: (how) => this.#cutBehind(how) };
    const exchange = new Exchange(head, { faults: this.#faults, record: this.#record, classify: this.#classify, way });
    this.#exchange = this.#latest = exchange;
    if (!this.carried.has(exchange.transport)) this.#record.carry(exchange.transport);
    this.carried.add(exchange.transport);
    exchange.fault("freeze"); // whose time begins now
    this.#watchIdle();

    const swallow = exchange.fault("swallow");
    if (swallow) return this.#swallow(exchange, swallow);
    const hangUp = exchange.fault("hang-up");
    if (hangUp) {
      exchange.acted("hang-up");
      return this.cut(hangUp.how);
    }
    const answer = exchange.fault("answer");
    if (answer) return this.#answer(exchange, answer);
    if (isUpgrade(head) && exchange.fault("strip-upgrade")) {
      exchange.acted("strip-upgrade");
      bytes = withoutUpgrade(bytes);
    }
    this.#responses.method = head.first[0];
    this.#reach();
    this.#up.write(bytes);
  }

  #swallow(exchange, { ms }) {
    exchange.acted("swallow");
    exchange.silent = true;
    if (ms === undefined) return;
    const timer = setTimeout(() => this.cut(), ms);
    this.#client.once("close", () => clearTimeout(timer));
  }

  #answer(exchange, { status, retryAfterS }) {
    exchange.acted("answer");
    exchange.answered = true;
    const fields = [`HTTP/1.1 ${status} Chaos`, "Content-Type: text/plain", "Content-Length: 6"];
    if (retryAfterS !== undefined) fields.push(`Retry-After: ${retryAfterS}`);
    if (exchange.upgrade) fields.push("Connection: close");
    this.#down.write(Buffer.from(`${fields.join("\r\n")}\r\n\r\nchaos\n`));
    if (exchange.upgrade) this.#cutBehind();
  }

  #pass(bytes) {
    if (this.#exchange.silent || this.#exchange.answered) return;
    this.#up.write(bytes);
  }

  #reach() {
    if (this.#server) return;
    let failed = false;
    const server = connect({ port: this.#port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.#server = server;
    this.#up = this.#line(server, this.#client, "up");
    server.on("data", (bytes) => this.#fromServer(bytes));
    server.on("error", () => (failed = true));
    server.on("end", () => this.#serverEnded("close"));
    server.on("close", () => {
      if (failed) this.#serverEnded("reset");
      this.#closed();
    });
  }

  #fromServer(bytes) {
    if (this.#cut) return;
    if (!this.#exchange?.silent) this.#moved();
    this.#responses.push(bytes);
    for (let part; !this.#cut && (part = this.#responses.next()); ) {
      const exchange = this.#exchange;
      if (!exchange) this.#down.write(part.bytes ?? Buffer.alloc(0)); // unasked for, such as a 408
      else if (part.head) exchange.head(part.head, part.bytes);
      else if (part.body) exchange.body(part.bytes);
      else this.#complete();
      if (part.head && exchange?.upgraded) {
        this.#requests.switchProtocols();
        this.#takeRequests();
      }
    }
  }

  /** The exchange is over; the connection goes on with the next request. */
  #complete() {
    if (this.#exchange.silent) return; // its client still waits
    this.#exchange.flush();
    this.#exchange.close();
    this.#exchange = undefined;
    this.#takeRequests();
  }

  #serverEnded(how) {
    if (this.#cut || this.#exchange?.silent) return;
    this.#exchange?.flush();
    this.#down.finish(how);
  }

  #clientEnded() {
    if (!this.#up || this.#exchange?.silent) return this.cut();
    this.#up.finish("end");
  }

  /** Behind what is on its way to the client. */
  #cutBehind(how = "close") {
    this.#leave();
    this.#down.finish(how);
    this.#up?.abandon(how);
  }

  #leave() {
    this.#cut = true;
    clearTimeout(this.#idleTimer);
    this.#exchange?.close();
  }

  #closed(other, failed) {
    other?.finish(failed ? "reset" : "close");
    if (!this.#client.destroyed || (this.#server && !this.#server.destroyed)) return;
    this.#leave();
    this.ended();
    this.ended = () => {};
  }

  #moved() {
    this.#movedAt = performance.now();
  }

  #watchIdle() {
    clearTimeout(this.#idleTimer);
    const idle = !this.#cut && (this.#exchange ?? this.#latest)?.fault("cut-idle");
    if (!idle) return;
    const leftMs = Math.max(this.#movedAt, idle.since) + idle.ms - performance.now();
    if (leftMs > 0) return (this.#idleTimer = setTimeout(() => this.#watchIdle(), Math.ceil(leftMs)));
    this.#latest.acted("cut-idle");
    this.cut(idle.how);
  }
}
