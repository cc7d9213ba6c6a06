import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { ChaosProxy } from "../../tests/chaos/proxy.mjs";
import { Random } from "../../tests/chaos/random.mjs";

const WATCH_MS = 8000;
const STEADY_MS = 1000; // by WebSocket, before anything is done to it
const CLIMB_MS = 10_000; // for a client to come to WebSocket before
const QUIET_MS = 300; // before a server is killed, so that no event is on its way
const LEVEL_MS = 15_000; // for the last event to arrive
const LOOK_MS = 10;

/** One client of `system`, from its start on, in one mode. Times in milliseconds, undefined where something did not happen:
 *
 *  `firstMs` from the start to the first event; `transport` in use at the end; `losses`, of the connection, as the client
 *  tells them; from its first event on, `lost` ones (not there in time after the last one) and `repeated` ones, and
 *  `silenceMs`, the longest time without one, unless events are rare; where the mode has an act, `nextMs` from that to the
 *  next event, and `webSocketMs` until events come by WebSocket; `awayMs`, for how long there was no server;
 *  `lateMs`, how late this process itself was at most before the first event. */
export async function measure({ system, mode, server, rttMs, boundMs, rate, seed }) {
  const proxy = await ChaosProxy.start({ port: server.port, seed, classify: system.classify });
  const run = new Run(server, proxy, mode, { rate, seed });
  try {
    if (rttMs) proxy.faults.add({ kind: "delay", ms: rttMs / 2 });
    for (const fault of mode.faults ?? []) proxy.faults.add(fault);
    return await run.play(system, boundMs);
  } finally {
    await run.stop();
  }
}

class Run {
  #server;
  #proxy;
  #mode;
  #rate;
  #random;
  #arrivals = []; // {number, at}
  #losses = 0;
  #client;
  #ticker;
  #emitted = [];

  constructor(server, proxy, mode, { rate, seed }) {
    this.#server = server;
    this.#proxy = proxy;
    this.#mode = mode;
    this.#rate = rate;
    this.#random = new Random(seed);
  }

  async play(system, boundMs) {
    const { absentMs, act, sparse, watchMs = WATCH_MS } = this.#mode;
    const late = monitorEventLoopDelay({ resolution: 5 });
    if (absentMs) await this.#proxy.down();
    this.#flow();
    late.enable();
    const begunAt = performance.now();
    const onNumber = (number) => this.#arrivals.push({ number, at: performance.now() });
    this.#client = system.connect(this.#proxy.address, { onNumber, onLost: () => ++this.#losses });
    if (absentMs) pause(absentMs).then(() => this.#proxy.up());

    if (!(await this.#until(() => this.#arrivals.length, boundMs))) return { transport: this.#client.transport() };
    late.disable();
    const result = { firstMs: this.#arrivals[0].at - begunAt, lateMs: late.max / 1e6 };
    if (act) Object.assign(result, await this.#act(watchMs));
    else if (sparse) await this.#sparse(sparse);
    else await pause(watchMs);
    this.#halt();
    if (!sparse) result.silenceMs = this.#longestSilence(performance.now());
    await this.#until(() => this.#arrivals.some(({ number }) => number === this.#emitted.at(-1)), LEVEL_MS);
    return { ...result, transport: this.#client.transport(), losses: this.#losses, ...this.#tally() };
  }

  async stop() {
    this.#halt();
    this.#client?.close();
    await this.#proxy.stop();
  }

  #emit() {
    this.#emitted.push(this.#server.next);
    return this.#server.emit();
  }

  #flow() {
    this.#ticker = setInterval(() => this.#emit(), 1000 / this.#rate);
  }

  #halt() {
    clearInterval(this.#ticker);
  }

  async #sparse({ count, betweenMs }) {
    this.#halt();
    for (let i = 0; i < count; ++i) {
      await pause(this.#random.integer(...betweenMs));
      await this.#emit();
    }
  }

  async #act(watchMs) {
    const byWebSocket = () => this.#client.transport() === "WebSocket";
    await this.#until(byWebSocket, CLIMB_MS);
    await pause(STEADY_MS);
    const { actedAt, awayMs } = await this.#strike();
    const next = () => this.#arrivals.find(({ at }) => at > actedAt);
    const latestBy = () => (byWebSocket() && next() ? performance.now() : undefined);
    const webSocketAt = await this.#until(latestBy, watchMs);
    await pause(Math.max(0, actedAt + Math.min(watchMs, 10_000) - performance.now()));
    const since = (at) => at && at - actedAt;
    return { nextMs: since(next()?.at), webSocketMs: since(webSocketAt), awayMs };
  }

  async #strike() {
    const { act, awayMs } = this.#mode;
    if (act === "cut") {
      this.#proxy.cut();
      return { actedAt: performance.now() };
    }
    this.#halt();
    await pause(QUIET_MS);
    const gateway = act === "gateway" && this.#proxy.faults.add({ kind: "answer", status: 502 });
    if (gateway) this.#proxy.cut();
    else await this.#proxy.down();
    const actedAt = performance.now();
    await this.#server.kill();
    await this.#server.start();
    await pause(Math.max(0, actedAt + awayMs - performance.now()));
    if (gateway) this.#proxy.faults.remove(gateway);
    else await this.#proxy.up();
    this.#flow();
    return { actedAt, awayMs: performance.now() - actedAt };
  }

  #longestSilence(untilAt) {
    const times = [...this.#arrivals.map(({ at }) => at), untilAt];
    return Math.max(...times.slice(1).map((at, i) => at - times[i]));
  }

  #tally() {
    const seen = new Map();
    for (const { number } of this.#arrivals) seen.set(number, (seen.get(number) ?? 0) + 1);
    const lost = this.#emitted.filter((number) => number > this.#arrivals[0].number && !seen.has(number)).length;
    const repeated = this.#arrivals.length - seen.size;
    return { lost, repeated };
  }

  async #until(condition, deadlineMs) {
    for (const end = performance.now() + deadlineMs; ; await pause(LOOK_MS)) {
      const value = condition();
      if (value || performance.now() > end) return value;
    }
  }
}
