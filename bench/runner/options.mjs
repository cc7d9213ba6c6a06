// The command line, and which runs it means.
import { parseArgs } from "node:util";
import { programs, takesPart } from "./programs.mjs";
import { spanOf, workloads } from "./workloads.mjs";

const list = (all) => {
  const lines = [""];
  for (const { name } of all) {
    if (lines.at(-1).length + name.length > 76) lines.push("");
    lines.push(`${lines.pop()}${name}, `);
  }
  return lines
    .map((line) => line.trimEnd())
    .join("\n" + " ".repeat(22))
    .replace(/,$/, "");
};

export const usage = `bench/run [option]...
  --runs N            of each program and workload; 5
  --seconds S         that events are emitted for in a run; 5
  --only W1,W3        these workloads, W6 being both:
                      ${list(workloads)}
  --peers bun,limit   these programs, or all that begin so:
                      ${list(programs)}
  --quick             2 runs of 1.5 s each: a trial, no measurement
  --out FOLDER        where the report goes; docs, or build/bench/report where not all is measured
  --from FILE         no runs: the report of lines that were written before; may be repeated
  --plan              only says what would be run
  --no-install        installs nothing; what is missing is reported`;

const words = (text) => text.split(",").map((word) => word.trim().toLowerCase());
// "w6" is "W6 none" and "W6 ten"; "nchan" is "nchan-sse" as well.
const named = (name, wanted) =>
  name.toLowerCase() === wanted || name.toLowerCase().startsWith(`${wanted} `) || name.startsWith(`${wanted}-`);

function select(all, names, wanted, what) {
  if (!wanted) return all;
  const unknown = words(wanted).find((word) => !all.some((one) => names(one).some((name) => named(name, word))));
  if (unknown !== undefined) throw new TypeError(`there is no ${what} ${unknown}`);
  return all.filter((one) => names(one).some((name) => words(wanted).some((word) => named(name, word))));
}

function number(text, option, least) {
  const value = Number(text);
  if (!(value >= least)) throw new TypeError(`${option} needs a number, at least ${least}`);
  return value;
}

/** Throws a TypeError that says what is wrong. */
export function parse(args) {
  const text = { type: "string" };
  const flag = { type: "boolean", default: false };
  const options = {
    runs: text,
    seconds: text,
    only: text,
    peers: text,
    out: text,
    from: { ...text, multiple: true },
    quick: flag,
    plan: flag,
    help: flag,
  };
  const { values } = parseArgs({ args, options: { ...options, "no-install": flag } });
  const chosen = select(workloads, ({ name }) => [name], values.only, "workload");
  // The system's name alone stands for all of its programs, and a yardstick comes with every choice.
  const some = select(programs, ({ name, system }) => [name, system], values.peers, "program");
  const partial = values.quick || values.only !== undefined || values.peers !== undefined;
  return {
    runs: Math.round(number(values.runs ?? (values.quick ? 2 : 5), "--runs", 1)),
    seconds: number(values.seconds ?? (values.quick ? 1.5 : 5), "--seconds", 0.5),
    workloads: chosen,
    programs: programs.filter((program) => program.yardstick || some.includes(program)),
    out: values.out ?? (partial ? "build/bench/report" : "docs"),
    from: values.from,
    plan: values.plan,
    help: values.help,
  };
}

const APART_S = 3; // starting, connecting, waiting for the last event, stopping

/** All runs in their order: by workload, the programs in turn, as often as there are rounds. */
export function plan({ workloads, programs, runs, seconds }) {
  return workloads.flatMap((workload) => {
    const seats = programs.filter((program) => takesPart(program, workload));
    const expected = spanOf(workload, seconds) + APART_S + workload.connections / 4000;
    return Array.from({ length: runs }, (_, at) => at + 1).flatMap((round) =>
      seats.map((program) => ({ workload, program, round, expected })),
    );
  });
}

/** Seconds that what is left will take, by how long what is done took. */
export function remaining(done, left, elapsed) {
  const sum = (jobs) => jobs.reduce((total, { expected }) => total + expected, 0);
  return done.length ? (sum(left) * elapsed) / sum(done) : sum(left);
}
