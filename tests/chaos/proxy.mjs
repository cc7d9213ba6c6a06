import { once } from "node:events";
import { createServer } from "node:net";
import { Connection } from "./connection.mjs";
import { Faults } from "./faults.mjs";
import { Record } from "./record.mjs";

/** A way to a server on 127.0.0.1 that fails as it is told (README.md). All that is drawn comes from the seed. */
export class ChaosProxy {
  /** The server's; a new one counts for connections that are yet to be made. */
  upstreamPort;
  /** `add`, `remove` and `clear`. */
  faults;
  /** What happened so far. */
  seen = new Record();

  #listen;
  #server;
  #connections = new Set();
  #classify;

  /** `port`: the server's; `listen`: the proxy's own, 0 for any. `classify` gives the transport of a request's head,
   *  `{first, fields}`: for servers whose paths are not ours. */
  static async start({ port, seed = 1, listen = 0, classify }) {
    const proxy = new ChaosProxy();
    proxy.#classify = classify;
    proxy.upstreamPort = port;
    proxy.faults = new Faults(seed);
    proxy.faults.changed = () => proxy.#connections.forEach((connection) => connection.retune());
    proxy.#listen = listen;
    await proxy.up();
    return proxy;
  }

  get port() {
    return this.#listen;
  }

  get address() {
    return `http://127.0.0.1:${this.#listen}`;
  }

  /** Breaks the open connections whose present or latest request is of that transport. */
  cut({ on = "any", how = "reset" } = {}) {
    for (const connection of this.#connections) {
      if (on === "any" || [on].flat().includes(connection.transport)) connection.cut(how);
    }
  }

  /** Takes all faults away: what is frozen or held goes on; what was swallowed stays so. */
  clear() {
    this.faults.clear();
  }

  /** Cuts, and lets nobody connect until `up`: the port is closed. */
  async down() {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, "close");
    server.close();
    this.cut();
    await closed;
  }

  /** Listens again, on the same port. */
  async up() {
    if (this.#server) return;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#take(client));
    this.#server.listen(this.#listen, "127.0.0.1");
    await once(this.#server, "listening");
    this.#listen = this.#server.address().port;
  }

  async stop() {
    await this.down();
  }

  #take(client) {
    this.seen.connect();
    const refuse = this.faults.find("refuse", { drawn: new Map() });
    if (refuse) {
      this.seen.act("refuse");
      this.seen.disconnect();
      client.on("error", () => {});
      return refuse.how === "close" ? client.destroy() : client.resetAndDestroy();
    }
    const [port, faults, record, classify] = [this.upstreamPort, this.faults, this.seen, this.#classify];
    const connection = new Connection(client, { port, faults, record, classify });
    this.#connections.add(connection);
    connection.ended = () => {
      this.#connections.delete(connection);
      this.seen.disconnect();
    };
  }
}
