// Runs as the load generator tells of them, for the tests.
import { programs } from "../../bench/runner/programs.mjs";

export { programs };

/** Of W1: `costs` has a list for each program, of CPU-s per million deliveries in each round. */
export function runsOf(costs) {
  return Object.entries(costs).flatMap(([program, values]) =>
    values.map((cost, at) => ({
      workload: "W1",
      program,
      round: at + 1,
      n: 1000,
      opened: 1000,
      messages: 500_000,
      cpu_s: cost / 2,
      msgs_per_s: 100_000,
      p50_ms: 1.5,
      p99_ms: 12.25,
      p999_ms: 130,
      self_cpu_s: 2,
      span_s: 5,
      wall_s: 6,
      requests: 1000,
      disturbed: false,
    })),
  );
}

export const about = {
  date: "2026-01-02",
  commit: "abc1234",
  machine: { cpu: "A CPU", cores: 2, memory: "24 GiB", kernel: "6.1" },
  versions: { Pushwire: "0.1.0", Bun: "1.4.5" },
  runs: 2,
  seconds: 5,
};
