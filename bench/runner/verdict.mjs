// What a run's line says of the run itself.

const OWN = 1.1; // of what the server used itself, what core 0 may have been busy
const STRAY = 0.03; // of the time, beside that: interrupts, this script

const counts = {
  lost: "lost",
  duplicated: "repeated",
  disordered: "out of order",
  failed: "failed to connect",
  closed_early: "closed early",
  behind: "left behind at the end",
  non2xx: "refused",
  unlike: "answered unlike the first",
  errors: "errors",
};

/** What went wrong, as texts; empty for a clean run. */
export function faultsOf(run) {
  if (run.fault) return [run.fault];
  const said = Object.entries(counts).filter(([key]) => run[key] > 0);
  const faults = said.map(([key, words]) => `${run[key]} ${words}`);
  if (!faults.length && run.opened < run.n) faults.push(`${run.n - run.opened} failed to connect`);
  if (run.messages < run.due) faults.push(`${run.due - run.messages} of ${run.due} did not come`);
  return faults;
}

/** Something else ran on the server's core; tells nothing of runs that only hold connections. */
export function isDisturbed(run, kind) {
  if (kind === "hold" || run.fault) return false;
  return run.core_busy_s > run.cpu_s * OWN + run.wall_s * STRAY;
}

/** How much of the core's work was not the server's, to choose between disturbed runs. */
export const strangeness = (run) => (run.core_busy_s - run.cpu_s) / Math.max(run.wall_s, 0.001);

/** The load generator's line of JSON is the last of its output. */
export function parseRun(output) {
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  try {
    const run = JSON.parse(line);
    if (typeof run.n === "number") return run;
  } catch {
    // told below
  }
  return { fault: `the load generator said no numbers: ${line.slice(0, 200) || "nothing"}` };
}
