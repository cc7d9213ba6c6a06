// From runs to what is compared: medians with their range, and ratios. Knows no clock and no file.
import { faultsOf } from "./verdict.mjs";
import { workloads } from "./workloads.mjs";

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `{median, min, max}`; undefined where there is no number. */
export function spread(values) {
  const numbers = values.filter(Number.isFinite);
  if (!numbers.length) return undefined;
  return { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) };
}

/** Of two programs' costs by round. Runs of one round lie next to each other in time, and so are comparable. */
export function ratios(costs, others) {
  const rounds = [...costs.keys()].filter((round) => others.get(round) > 0);
  return spread(rounds.map((round) => costs.get(round) / others.get(round)));
}

const FIGURES = ["msgs_per_s", "p50_ms", "p99_ms", "p999_ms", "connects_per_s", "rss0_kb", "threads", "switches_per_s"];

function summarizeProgram(program, runs, workload) {
  const valid = runs.filter((run) => !run.fault);
  const costs = new Map(valid.map((run) => [run.round, workload.cost.of(run)]));
  const figures = FIGURES.map((key) => [key, spread(valid.map((run) => run[key]))?.median]);
  const extra = [
    ["cpu_s", spread(valid.map((run) => run.cpu_s))?.median],
    ["requests_per_s", spread(valid.map((run) => run.requests / run.wall_s))?.median],
    ["load_core", spread(valid.map((run) => run.self_cpu_s / (run.span_s || run.wall_s)))?.median],
  ];
  return {
    program: program.name,
    system: program.system,
    yardstick: Boolean(program.yardstick),
    runs: runs.length,
    disturbed: runs.filter((run) => run.disturbed).length,
    faults: runs.flatMap(faultsOf),
    cost: spread([...costs.values()]),
    figures: Object.fromEntries([...figures, ...extra].filter(([, value]) => value !== undefined && value !== -1)),
    costs,
  };
}

const isPeer = ({ yardstick, system }) => !yardstick && !["limit", "Pushwire"].includes(system);

/** The peer of the lowest cost, among those whose runs were clean. */
function bestPeer(rows) {
  const peers = rows.filter((row) => isPeer(row) && row.cost?.median > 0 && !row.faults.length);
  return peers.sort((a, b) => a.cost.median - b.cost.median)[0];
}

/** For each workload that has runs: its programs by cost, with their ratios to the yardstick and to the best peer. */
export function summarize(runs, programs) {
  return workloads
    .map((workload) => {
      const own = runs.filter((run) => run.workload === workload.name);
      const rows = programs
        .map((program) => [program, own.filter((run) => run.program === program.name)])
        .filter(([, found]) => found.length)
        .map(([program, found]) => summarizeProgram(program, found, workload));
      const best = bestPeer(rows);
      const yardstick = rows.find((row) => row.program === workload.yardstick);
      const compared = rows.map(({ costs, ...row }) => ({
        ...row,
        toYardstick: yardstick && ratios(costs, yardstick.costs),
        toBestPeer: best && ratios(costs, best.costs),
      }));
      compared.sort((a, b) => (a.cost?.median ?? Infinity) - (b.cost?.median ?? Infinity));
      const { name, title, cost, figures } = workload;
      return {
        name,
        title,
        cost: cost.title,
        figures,
        yardstick: yardstick?.program,
        bestPeer: best?.program,
        programs: compared,
      };
    })
    .filter(({ programs }) => programs.length);
}
