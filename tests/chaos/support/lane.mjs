import { Host } from "../../browser/support/host.mjs";
import { quietPort } from "../../browser/support/program.mjs";

/** A server for one schedule after another, on one port through all its lives. */
export class Lane {
  host;

  #t;
  #port;

  static async open(t) {
    const lane = new Lane();
    lane.#t = t;
    lane.#port = await quietPort();
    await lane.revive();
    return lane;
  }

  get port() {
    return this.#port;
  }

  ask(command) {
    return this.host.ask(command);
  }

  kill() {
    return this.host.kill();
  }

  /** Another process on the same port. */
  async revive() {
    this.host = await Host.start(this.#t, "--port", `${this.#port}`, "--heartbeat-ms", "1000");
  }

  /** The place in the log from which everything is yet to come: `{epoch, sequence}`. */
  async head() {
    const response = await fetch(`${this.host.address}/pushwire/negotiate`);
    const { cursor } = await response.json();
    const [epoch, sequence] = cursor.split("-");
    return { epoch, sequence: Number(sequence) };
  }
}
