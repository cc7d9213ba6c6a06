// One run: a server, the load generator on core 1, and what it says.
import { closeSync, ftruncateSync, openSync } from "node:fs";
import { join } from "node:path";
import { end, start } from "../children.mjs";
import { bin, counter } from "./place.mjs";
import { Server } from "./server.mjs";
import { isDisturbed, parseRun, strangeness } from "./verdict.mjs";
import { deliveriesOf, spanOf } from "./workloads.mjs";

const REPEATS = 2; // of a disturbed run
const GRACE_MS = 90_000; // beyond a run's own time

function loadArguments({ workload, program, server, seconds, due, target }) {
  const span = spanOf(workload, seconds);
  const kinds = {
    // Where it is known how much has to come, a pause is no end.
    "fan-out": ["--go", server.emitter, ...(due ? ["--expect", due, "--quiet", 5] : ["--quiet", 1])],
    hold: ["--idle", span],
    poll: ["--throughput", span],
  };
  const asked = { ...program, ...target };
  const fixed = {
    port: server.port,
    n: workload.connections,
    proto: program.transport,
    path: asked.path ?? "/",
    pid: server.pid,
    core: 0,
    counter,
    label: `${workload.name.replace(" ", "-")} ${program.name}`,
  };
  return [
    ...Object.entries(fixed).flatMap(([name, value]) => [`--${name}`, value]),
    ...kinds[workload.kind],
    ...(asked.load ?? []),
  ].map(String);
}

/** Resolves to what the load generator has said; its exit status says less. */
async function load(args, mostMs) {
  const child = start("taskset", ["-c", "1", join(bin, "pushwire-bench-load"), ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [said, complained] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (said += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (complained += text));
  const timer = setTimeout(() => end(child), mostMs);
  await new Promise((closed) => child.once("close", closed).once("error", closed));
  clearTimeout(timer);
  return said || complained;
}

async function runOnce({ workload, program, seconds, body }) {
  const server = new Server();
  const environment = { FAN_N: workload.connections, FAN_DUR: seconds, FAN_COUNTER: counter, ...workload.environment };
  const descriptor = openSync(counter, "w");
  ftruncateSync(descriptor, 8);
  closeSync(descriptor);
  try {
    await server.start(program, workload, environment, body);
    const target = await program.target?.(`http://127.0.0.1:${server.port}`, workload);
    const due = deliveriesOf(workload, seconds);
    const args = loadArguments({ workload, program, server, seconds, due, target });
    return { ...parseRun(await load(args, seconds * 1000 + GRACE_MS)), due };
  } catch ({ message }) {
    return { fault: message };
  } finally {
    await server.stop();
  }
}

/**
 * A disturbed run is made once more, a few times at most, and as often as `again(run)` allows it; of those that all are
 * disturbed, the least disturbed one counts.
 */
export async function measure(job, again) {
  let best;
  for (let repeats = 0; ; repeats++) {
    const run = await runOnce(job);
    if (!isDisturbed(run, job.workload.kind)) return { ...run, disturbed: false, repeats };
    if (!best || strangeness(run) < strangeness(best)) best = run;
    if (repeats === REPEATS || !again(run)) return { ...best, disturbed: true, repeats };
  }
}
