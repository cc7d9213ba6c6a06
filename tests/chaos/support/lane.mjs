import { once } from "node:events";
import { createServer } from "node:net";
import { Host } from "../../browser/support/host.mjs";

/** A server for one schedule after another, and the ports of both sides. While one of them is down, nobody else may
 *  come to listen there. */
export class Lane {
  host;
  port;
  proxyPort;

  #t;

  static async open(t) {
    const lane = new Lane();
    lane.#t = t;
    lane.port = await lanePort();
    lane.proxyPort = await lanePort();
    await lane.revive();
    return lane;
  }

  ask(command) {
    return this.host.ask(command);
  }

  kill() {
    return this.host.kill();
  }

  /** Another process on the same port. */
  async revive() {
    this.host = await Host.start(this.#t, "--port", `${this.port}`, "--heartbeat-ms", "1000");
  }

  /** The place in the log from which everything is yet to come: `{epoch, sequence}`. */
  async head() {
    const response = await fetch(`${this.host.address}/pushwire/negotiate`);
    const { cursor } = await response.json();
    const [epoch, sequence] = cursor.split("-");
    return { epoch, sequence: Number(sequence) };
  }
}

let next = 10_000 + Math.floor(Math.random() * 9_000);

/** Below the ports that other tests draw from, and each one once. */
async function lanePort() {
  for (;;) {
    const port = ++next;
    const probe = createServer();
    try {
      probe.listen(port, "127.0.0.1");
      await once(probe, "listening");
      return port;
    } catch {
      // taken
    } finally {
      probe.close();
    }
  }
}
