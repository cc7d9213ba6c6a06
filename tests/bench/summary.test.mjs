import assert from "node:assert/strict";
import { test } from "node:test";
import { median, ratios, spread, summarize } from "../../bench/runner/summary.mjs";
import { programs, runsOf } from "./runs.mjs";

test("the median of an even number lies between the middle two", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 2, 9]), 3);
});

test("a spread leaves out what is no number, and is nothing without any", () => {
  assert.deepEqual(spread([undefined, 3, 1, NaN]), { median: 2, min: 1, max: 3 });
  assert.equal(spread([undefined]), undefined);
});

test("ratios are taken within rounds, and only where both have one", () => {
  const [costs, others] = [
    new Map([
      [1, 2],
      [2, 30],
      [3, 7],
    ]),
    new Map([
      [1, 1],
      [2, 10],
      [4, 7],
    ]),
  ];
  assert.deepEqual(ratios(costs, others), { median: 2.5, min: 2, max: 3 });
  assert.equal(ratios(costs, new Map([[1, 0]])), undefined);
});

test("programs are sorted by cost, and compared with the limit and with the best peer", () => {
  const [workload] = summarize(runsOf({ limit: [1, 1], bun: [4, 3], pushwire: [1, 1.5], ws: [9, 9] }), programs);
  assert.deepEqual(
    workload.programs.map(({ program }) => program),
    ["limit", "pushwire", "bun", "ws"],
  );
  assert.deepEqual([workload.yardstick, workload.bestPeer], ["limit", "bun"]);
  const { toYardstick, toBestPeer } = workload.programs[1];
  assert.deepEqual([toYardstick.min, toYardstick.max], [1, 1.5]);
  assert.deepEqual([toBestPeer.min, toBestPeer.max], [0.25, 0.5]);
});

test("a peer that lost events is listed with it, but is not what others are held against", () => {
  const runs = runsOf({ limit: [1], bun: [2], ws: [3] }).map((run) =>
    run.program === "bun" ? { ...run, lost: 1 } : run,
  );
  const [workload] = summarize(runs, programs);
  assert.equal(workload.bestPeer, "ws");
  assert.deepEqual(workload.programs.find(({ program }) => program === "bun").faults, ["1 lost"]);
});

test("a program that never ran stands last, with its fault and without a number", () => {
  const runs = [...runsOf({ limit: [1] }), { workload: "W1", program: "bun", round: 1, fault: "is not built" }];
  const [workload] = summarize(runs, programs);
  assert.deepEqual([workload.programs[1].program, workload.programs[1].cost], ["bun", undefined]);
  assert.equal(workload.bestPeer, undefined);
});

test("workloads without runs are left out", () => {
  assert.deepEqual(
    summarize(runsOf({ limit: [1] }), programs).map(({ name }) => name),
    ["W1"],
  );
  assert.deepEqual(summarize([], programs), []);
});
