// bench/run, once all is installed and built: makes the runs, then the report. README.md says how to read it.
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { writeBodies } from "./bodies.mjs";
import { digits, duration } from "./format.mjs";
import { about } from "./machine.mjs";
import { measure } from "./measure.mjs";
import { parse, plan, remaining, usage } from "./options.mjs";
import { build, counter, logs, root } from "./place.mjs";
import { readLines, writeReport } from "./report.mjs";
import { faultsOf } from "./verdict.mjs";

const REPEATED = 4; // one in so many runs may be made again

function options() {
  try {
    const parsed = parse(process.argv.slice(2));
    if (!parsed.help) return parsed;
    console.log(usage);
    process.exit();
  } catch ({ message }) {
    console.error(`${message}\n${usage}`);
    process.exit(2);
  }
}

const said = (job, run) => {
  const what = `${job.workload.name} ${job.program.name}, round ${job.round}`;
  const cost = job.workload.cost.of(run);
  const faults = faultsOf(run);
  const notes = [...faults, run.disturbed && "disturbed", run.repeats && `repeated ${run.repeats} times`].filter(
    Boolean,
  );
  return [what, !run.fault && `${digits(cost)} ${job.workload.cost.title}`, notes.join(", ")]
    .filter(Boolean)
    .join(": ");
};

async function run(chosen, jobs, file) {
  const polls = chosen.workloads.filter(({ kind }) => kind === "poll");
  const bodies = await writeBodies(polls);
  const header = { about: { ...about(), runs: chosen.runs, seconds: chosen.seconds } };
  writeFileSync(file, `${JSON.stringify(header)}\n`);
  const begun = Date.now();
  let repeats = Math.ceil(jobs.length / REPEATED); // a machine that is never quiet must not take for ever
  for (const [at, job] of jobs.entries()) {
    const { workload, program, round } = job;
    const body = bodies.get(workload.name);
    const again = (disturbed) => {
      if (repeats === 0) return false;
      repeats--;
      console.log(`  again: core 0 was busy for ${disturbed.core_busy_s} s, and the server for ${disturbed.cpu_s} s`);
      return true;
    };
    const result = await measure({ workload, program, seconds: chosen.seconds, body }, again);
    const line = { workload: workload.name, program: program.name, round, ...result };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    const left = remaining(jobs.slice(0, at + 1), jobs.slice(at + 1), (Date.now() - begun) / 1000);
    console.log(`[${at + 1}/${jobs.length}, ${duration(left)} left] ${said(job, result)}`);
  }
}

const chosen = options();
const jobs = chosen.from ? [] : plan(chosen);
if (!chosen.from) console.log(`${jobs.length} runs, about ${duration(remaining([], jobs))}`);
if (chosen.plan) process.exit();
if (!chosen.from && cpus().length < 2) {
  console.error("Two cores are needed: one for the server, one for the load.");
  process.exit(1);
}
mkdirSync(logs, { recursive: true });
process.on("exit", () => rmSync(counter, { force: true }));
const files = chosen.from ?? [join(build, "results.jsonl")];
if (!chosen.from) await run(chosen, jobs, files[0]);
const results = readLines(files.map((file) => readFileSync(file, "utf8")));
for (const written of writeReport(results, resolve(root, chosen.out))) console.log(`wrote ${written}`);
process.exit();
