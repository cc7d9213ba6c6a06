// How long it takes to the first event, and what becomes of the stream, when the network fails: Pushwire beside other
// systems, all through the same proxy. README.md says how to read it.
import { cpus } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { measure } from "./measure.mjs";
import { modes } from "./modes.mjs";
import { ServerProcess } from "./server-process.mjs";
import { pushwire } from "./systems/pushwire.mjs";
import { signalr } from "./systems/signalr.mjs";
import { socketIo, socketIoRecovery, socketIoWebSocketFirst } from "./systems/socket-io.mjs";
import { streams, firstEvents } from "./tables.mjs";

const usage = `node bench/fallback/run.mjs [option]...
  --runs <n>       of each mode and system; 3
  --rtt <ms>       round-trip delay that the proxy adds; 0
  --bound <s>      with no event for so long, there is "never" one; 30
  --rate <n>       events a second; 20
  --lanes <n>      clients of one system at the same time; 3
  --mode <text>    only modes whose name has this in it; may be repeated
  --system <text>  only systems whose name has this in it; may be repeated`;

// What tells of a busy machine: this process late, a server long in coming back. The run is then made once more.
const LATE_MS = 50;
const SLACK_MS = 200;
const REPEATS = 3;
const APART_MS = 1000; // so that clients do not all begin in the same moment
const several = { type: "string", multiple: true };
const numbers = { runs: 3, rtt: 0, bound: 30, rate: 20, lanes: 3 };
const numeric = Object.keys(numbers).map((name) => [name, { type: "string", default: `${numbers[name]}` }]);

function parse() {
  try {
    const options = { ...Object.fromEntries(numeric), mode: several, system: several, help: { type: "boolean" } };
    const { values } = parseArgs({ options });
    for (const name of Object.keys(numbers)) {
      values[name] = Number(values[name]);
      if (!(values[name] >= (name === "rtt" ? 0 : 1))) throw new TypeError(`--${name} needs a number`);
    }
    if (!values.help) return values;
    console.log(usage);
    process.exit();
  } catch ({ message }) {
    console.error(`${message}\n${usage}`);
    process.exit(2);
  }
}

const options = parse();
const has = (wanted) => (name) => !wanted || wanted.some((text) => name.toLowerCase().includes(text.toLowerCase()));
const all = [pushwire, socketIo, socketIoWebSocketFirst, socketIoRecovery, signalr];
const systems = all.filter(({ name }) => has(options.system)(name));
const names = Object.keys(modes).filter(has(options.mode));
const noRuns = () => Object.fromEntries(all.map(({ name }) => [name, []]));
const results = Object.fromEntries(names.map((name) => [name, noRuns()]));

/** A server, for one client after the other. The first one is not counted: code is cold. */
async function open(system) {
  const server = new ServerProcess(system.server.command, system.server.begin);
  await server.start();
  const common = { system, server, boundMs: options.bound * 1000, rttMs: options.rtt, rate: options.rate };
  const lane = (mode, seed) => measure({ ...common, mode, seed });
  await lane({ watchMs: 500 }, 1);
  return lane;
}

async function work(system, lane, waiting) {
  for (let job; (job = waiting.shift()); ) {
    await pause(Math.random() * APART_MS);
    const mode = modes[job.name];
    const result = await lane(mode, job.run);
    const busy = result.lateMs > LATE_MS || result.awayMs > mode.awayMs + SLACK_MS;
    if (busy && job.repeats++ < REPEATS) {
      console.error(`${system.name}: ${job.name}, run ${job.run}: once more, the machine was busy: ${JSON.stringify(result)}`);
      waiting.push(job);
      continue;
    }
    results[job.name][system.name].push(result);
    console.error(`${system.name}: ${job.name}, run ${job.run}: ${JSON.stringify(result)}`);
  }
}

const jobs = (system) =>
  names
    .filter((name) => modes[name].stream || !system.streamOnly)
    .flatMap((name) => Array.from({ length: options.runs }, (_, at) => ({ name, run: at + 1, repeats: 0 })));

const lanes = systems.flatMap((system) => {
  const waiting = jobs(system);
  return Array.from({ length: Math.min(options.lanes, waiting.length) }, () => ({ system, waiting }));
});
const opened = await Promise.all(lanes.map(({ system }) => open(system)));
const late = monitorEventLoopDelay({ resolution: 5 });
late.enable();
await Promise.all(lanes.map(({ system, waiting }, at) => work(system, opened[at], waiting)));
late.disable();

const versions = systems.filter(({ streamOnly }) => !streamOnly).map(({ name, version }) => `${name} ${version}`);
const [often, once] = [late.percentile(99), late.max].map((ns) => Math.round(ns / 1e6));
const { rtt, runs, rate, bound } = options;
console.log(`${new Date().toISOString().slice(0, 10)}; ${cpus().length} × ${cpus()[0].model}; Node ${process.version};`);
console.log(`${versions.join("; ")}.`);
console.log(`${runs} runs each; ${rtt} ms round trip added; ${rate} events a second; never: not within ${bound} s.`);
console.log(`The clients' process was late by ${often} ms (99 %), ${once} ms at most.`);

const first = names.filter((name) => !modes[name].act && !modes[name].sparse);
const cut = names.filter((name) => modes[name].stream);
if (first.length) {
  console.log("\nSeconds to the first event, median (worst), and the transport in use at the end\n");
  console.log(firstEvents(first, systems.filter(({ streamOnly }) => !streamOnly), results));
}
if (cut.length) {
  console.log("\nA numbered stream across the fault; seconds, median (worst)\n");
  console.log(streams(cut, systems, results));
}
process.exit();
