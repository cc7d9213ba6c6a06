// Carries out a schedule: a server of its own, the proxy, and our client, for as long as the steps take and until the
// client is level with the server.
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../browser/support/until.mjs";
import { ChaosProxy } from "../proxy.mjs";
import { connect, impatient } from "./client.mjs";
import { judge } from "./verdict.mjs";

const LEVEL_MS = 30_000;
const COMEBACK_MS = 400; // so long a step waits for a client that was cut off, lest it sit out the faults at rest

/** What is wrong, in sentences (none: all is well), and what has happened: `{wrong, acted, delivered, gaps, lives}`. */
export async function runSchedule(schedule, lane) {
  const run = new Run(schedule, lane);
  const proxy = await ChaosProxy.start({ port: lane.port, seed: schedule.seed, listen: lane.proxyPort });
  try {
    await run.play(proxy);
  } catch (error) {
    run.wrong.push(error.message);
  } finally {
    run.device?.close();
    await proxy.stop();
  }
  return run.report(proxy.seen);
}

class Run {
  wrong = [];
  device;

  #schedule;
  #lane;
  #type;
  #lives = [];
  #next = 0;
  #log = [];
  #other = []; // what a second handler hears
  #delivered = {}; // numbers by transport
  #story = []; // of the connection
  #staying = []; // faults of the step before

  constructor(schedule, lane) {
    this.#schedule = schedule;
    this.#lane = lane;
    this.#type = `s${schedule.seed}`;
  }

  async play(proxy) {
    await this.#live();
    await this.#emit(3);
    this.#connect(proxy.address);
    if (this.#schedule.cleanStart) await this.#level();
    for (const step of this.#schedule.steps) await this.#step(step, proxy);
    proxy.clear();
    await this.#emit(5);
    await this.#level();
  }

  report({ acted }) {
    const { type, lives } = { type: this.#type, lives: this.#lives };
    const { history, short } = this.#schedule;
    this.wrong.push(...judge(this.#log, lives, { type, history, short }));
    const numbers = this.#log.filter(({ id }) => id).map(({ number }) => number);
    if (this.#other.join() !== numbers.join()) this.wrong.push("two handlers have not heard the same");
    const gaps = this.#log.filter(({ gap }) => gap).length;
    const last = this.device?.status().attempts.slice(-8);
    const story = () => [...this.#story, ...(last ?? [])].map((what) => JSON.stringify(what)).join("\n");
    return { wrong: this.wrong, acted, delivered: this.#delivered, gaps, lives: lives.length, story };
  }

  /** A life of the server's begins. */
  async #live() {
    await this.#lane.ask(`type ${this.#type} history ${this.#schedule.history}`);
    const { epoch, sequence } = await this.#lane.head();
    this.#lives.push({ epoch, base: sequence, first: this.#next, next: this.#next });
  }

  async #emit(count) {
    const first = this.#next;
    this.#next += count;
    this.#lives.at(-1).next = this.#next;
    await this.#lane.ask(`burst ${this.#type} ${first} ${count}`);
  }

  #connect(address) {
    const { transports } = this.#schedule;
    // From the earliest, so that whenever the client first comes through, everything is still due.
    const options = { ...impatient, transports, events: [this.#type], after: "earliest" };
    const device = connect(`${address}/pushwire`, options);
    this.device = device;
    device.on(this.#type, (number, { id }) => {
      this.#log.push({ number, id });
      const { transport } = device.status();
      this.#delivered[transport] = (this.#delivered[transport] ?? 0) + 1;
    });
    device.onAny(({ data }) => this.#other.push(data));
    device.on("gap", (gap) => this.#log.push({ gap, emitted: this.#next }));
    device.on("reset", () => this.#log.push({ reset: true }));
    for (const name of ["connected", "switched", "gap", "reset", "disconnected"]) {
      device.on(name, (what) => this.#story.push({ [name]: what, next: this.#next }));
    }
  }

  async #step({ faults, act, bursts, ms, stays }, proxy) {
    this.#story.push({ step: faults.map(({ kind }) => kind), act, bursts, ms });
    const added = faults.map((fault) => proxy.faults.add(fault));
    const came = proxy.seen.connections.opened;
    await this.#do(act, proxy);
    for (const count of act === "kill" ? [] : bursts) {
      await this.#emit(count);
      await pause(ms / bursts.length);
    }
    if (act === "kill" || !bursts.length) await pause(ms);
    await this.#undo(act, proxy);
    if (act) await comeback(proxy.seen, came);
    this.#staying.forEach((fault) => proxy.faults.remove(fault));
    this.#staying = added;
    if (!stays) proxy.clear();
  }

  async #do(act, proxy) {
    if (act === "cut") proxy.cut();
    if (act === "close") proxy.cut({ how: "close" });
    if (act === "down") await proxy.down();
    if (act === "kill") await this.#lane.kill();
    if (act === "stop" || act === "restart") await this.#lane.ask(act);
  }

  async #undo(act, proxy) {
    if (act === "down") await proxy.up();
    if (act === "stop") await this.#lane.ask("start");
    if (act !== "kill") return;
    await this.#lane.revive();
    await this.#live();
    await this.#emit(3);
  }

  #level() {
    return until(
      () => `number ${this.#next - 1}; ${this.#log.findLast(({ id }) => id)?.number} came last`,
      () => this.#log.some(({ number }) => number === this.#next - 1),
      LEVEL_MS,
    );
  }
}

async function comeback(seen, came) {
  for (const end = Date.now() + COMEBACK_MS; seen.connections.opened === came && Date.now() < end; ) await pause(5);
}
