// Carries out a schedule while a client sends and asks: a lane's server, the proxy, and our client, until everything
// that was said has come to an end.
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../browser/support/until.mjs";
import { Random } from "../random.mjs";
import { ChaosProxy } from "../proxy.mjs";
import { connect, impatient } from "./client.mjs";

const SETTLED_MS = 60_000;

// What stands between may refuse a batch for good: its messages fail, and nobody has heard them. (What it answers to one
// that did get through can look the same, so such a message may have been heard.)
const REFUSED = /^http-4/;

/** What is wrong, in sentences (none: all is well), and what has happened: `{wrong, acted, said, by, refused}`. */
export async function steerThrough(schedule, lane) {
  const run = new Steering(schedule, lane);
  const proxy = await ChaosProxy.start({ port: lane.port, seed: schedule.seed, listen: lane.proxyPort });
  try {
    await run.play(proxy);
  } catch (error) {
    run.wrong.push(error.message);
  } finally {
    run.device?.close();
    await proxy.stop();
  }
  return { wrong: run.wrong, acted: proxy.seen.acted, said: run.said.length, by: run.by, refused: run.refused };
}

class Steering {
  wrong = [];
  said = []; // {number, settled, code}
  by = {}; // messages by the transport that was in use when they were said
  refused = 0;
  device;

  #schedule;
  #lane;
  #random;
  #note;
  #ask;
  #seen = new Set(); // numbers that came as events
  #story = [];

  constructor(schedule, lane) {
    this.#schedule = schedule;
    this.#lane = lane;
    this.#random = new Random(schedule.seed + 7);
    this.#note = `note${schedule.seed}`;
    this.#ask = `ask${schedule.seed}`;
  }

  async play(proxy) {
    await this.#lane.ask(`type echo${this.#schedule.seed} history 1000000`);
    await this.#lane.ask(`on ${this.#note} echo`);
    await this.#lane.ask(`on ${this.#ask} emit echo${this.#schedule.seed}`);
    this.#connect(proxy.address);
    for (const step of this.#schedule.steps) await this.#step(step, proxy);
    proxy.clear();
    this.#say(3);
    const open = () => this.said.filter(({ settled }) => !settled).map(({ number }) => number);
    await until(() => `settled: ${open()}; ${this.#told()}`, () => open().length === 0, SETTLED_MS);
    await this.#judge();
  }

  #connect(address) {
    // Some read what their requests emit, some do not: then the cursor alone says how far they are.
    const events = [this.#random.chance(0.7) ? `echo${this.#schedule.seed}` : "nothing"];
    this.device = connect(`${address}/pushwire`, { ...impatient, transports: this.#schedule.transports, events, after: "earliest" });
    this.reads = events[0] !== "nothing";
    this.device.on(`echo${this.#schedule.seed}`, (number) => this.#seen.add(number));
    for (const name of ["connected", "switched", "reset", "disconnected"]) {
      this.device.on(name, (what) => this.#story.push({ [name]: what, said: this.said.length }));
    }
  }

  async #step({ faults, act, bursts, ms, stays }, proxy) {
    this.#story.push({ step: faults.map(({ kind }) => kind), act });
    faults.forEach((fault) => proxy.faults.add(fault));
    const dark = ["down", "stop", "restart", "kill"].includes(act); // here the server itself stays
    if (dark) await proxy.down();
    else if (act) proxy.cut(act === "close" ? { how: "close" } : undefined);
    for (const count of bursts) {
      this.#say(Math.min(count, 30));
      await pause(ms / bursts.length);
    }
    if (!bursts.length) await pause(ms);
    if (dark) await proxy.up();
    if (!stays) proxy.clear();
  }

  #say(count) {
    for (let i = 0; i < count; ++i) {
      const message = { number: this.said.length, asked: this.#random.chance(0.5) };
      this.said.push(message);
      const { transport } = this.device.status();
      this.by[transport] = (this.by[transport] ?? 0) + 1;
      const end = (code, data) => {
        if (message.settled) this.wrong.push(`${message.number} has ended twice`);
        Object.assign(message, { settled: true, code });
        if (code || !message.asked) return;
        if (data !== message.number) this.wrong.push(`${message.number} was answered ${data}`);
        if (this.reads && !this.#seen.has(message.number)) this.wrong.push(`the reply to ${message.number} overtook its event`);
      };
      const promise = message.asked
        ? this.device.request(this.#ask, message.number, { timeout: SETTLED_MS })
        : this.device.send(this.#note, message.number);
      promise.then(
        (data) => end(undefined, data),
        (error) => end(error.code ?? `${error}`),
      );
    }
  }

  async #judge() {
    const heard = await until("handlers that have ended", () => this.#heard());
    const numbers = heard.map(({ data }) => data);
    const failed = this.said.filter(({ code }) => code);
    const tolerated = new Set(failed.filter(({ code }) => REFUSED.test(code)).map(({ number }) => number));
    this.refused = tolerated.size;
    for (const { number, code } of failed) {
      if (!tolerated.has(number)) this.wrong.push(`${number} failed: ${code}`);
    }
    const twice = numbers.filter((number, i) => numbers.indexOf(number) !== i);
    if (twice.length) this.wrong.push(`run twice: ${twice}`);
    const order = numbers.filter((number, i) => i > 0 && number < numbers[i - 1]);
    if (order.length) this.wrong.push(`out of order: ${order}`);
    const missing = this.said.filter(({ number }) => !tolerated.has(number) && !numbers.includes(number));
    if (missing.length) this.wrong.push(`never run: ${missing.map(({ number }) => number)}`);
    const sessions = new Set(heard.map(({ session }) => session));
    if (sessions.size > 1) this.wrong.push(`${sessions.size} sessions`);
    if (this.wrong.length) this.wrong.push(this.#told());
  }

  async #heard() {
    const all = await this.#lane.ask("heard");
    return all.filter(({ name }) => name === this.#note || name === this.#ask);
  }

  #told() {
    return [...this.#story, ...this.device.status().attempts.slice(-6)].map((what) => JSON.stringify(what)).join("\n");
  }
}
