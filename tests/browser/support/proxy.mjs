// A way to a server that the test can cut, without the server's or the client's help.
import { once } from "node:events";
import { connect, createServer } from "node:net";

export class Proxy {
  #server;
  #sockets = new Set();
  #open = true;

  static async start(t, port) {
    const proxy = new Proxy();
    proxy.#server = createServer((client) => proxy.#pass(client, port));
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    proxy.address = `http://127.0.0.1:${proxy.#server.address().port}`;
    t.after(() => {
      proxy.cut();
      proxy.#server.close();
    });
    return proxy;
  }

  /** Breaks all connections, as a network does. */
  cut() {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Cuts, and lets no connection through until `unblock`. */
  block() {
    this.#open = false;
    this.cut();
  }

  unblock() {
    this.#open = true;
  }

  #pass(client, port) {
    if (!this.#open) return client.resetAndDestroy();
    const server = connect(port, "127.0.0.1");
    for (const [from, to] of [[client, server], [server, client]]) {
      this.#sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
