import assert from "node:assert/strict";
import { test } from "node:test";
import { digits, duration, range } from "../../bench/runner/format.mjs";
import { fillPage, frame } from "../../bench/runner/page.mjs";
import { readLines } from "../../bench/runner/report.mjs";
import { summarize } from "../../bench/runner/summary.mjs";
import { notes, report, workloadTable } from "../../bench/runner/tables.mjs";
import { about, programs, runsOf } from "./runs.mjs";

const summary = (costs) => summarize(runsOf(costs), programs);

test("numbers have three digits that mean something", () => {
  assert.deepEqual([0, 0.0123, 0.123, 1.234, 12.34, 123.4, 1_234_567].map(digits), [
    "0",
    "0.0123",
    "0.123",
    "1.23",
    "12.3",
    "123",
    "1,234,567",
  ]);
  assert.equal(digits(undefined), "");
});

test("a range is shown where it says more than the median", () => {
  assert.equal(range({ median: 2, min: 1, max: 3 }), "2.00 (1.00–3.00)");
  assert.equal(range({ median: 2, min: 2, max: 2 }), "2.00");
  assert.equal(range(undefined), "");
});

test("a duration is in seconds, and in minutes where it is long", () => {
  assert.deepEqual([0.4, 99, 130, -1].map(duration), ["0 s", "99 s", "2 min", "0 s"]);
});

test("a table has a row for each program, the cheapest first and Pushwire's in bold", () => {
  const [head, , ...rows] = workloadTable(summary({ limit: [1, 1], pushwire: [1.2, 1.3], bun: [2, 2] })[0]).split("\n");
  assert.match(head, /^\| program \| CPU-s per million deliveries \| × limit \| × bun \| deliveries\/s \|/);
  assert.match(rows[0], /^\| limit \| 1\.00 \| 1\.00 \| 0\.50 \|/);
  assert.match(rows[1], /^\| \*\*pushwire\*\* \| 1\.25 \(1\.20–1\.30\) \| 1\.25 \(1\.20–1\.30\) \| .* \| 2 \|  \|$/);
  assert.equal(rows.length, 3);
});

test("a table without yardstick and peers has no column for them", () => {
  const [head] = workloadTable(summary({ pushwire: [1] })[0]).split("\n");
  assert.doesNotMatch(head, /×/);
});

test("notes count what went wrong, and say how many runs were disturbed", () => {
  const faults = ["3 lost", "3 lost", "ended at once"];
  assert.equal(notes({ faults, disturbed: 1, runs: 5 }), "3 lost (2 runs); ended at once; 1 of 5 disturbed");
  assert.equal(notes({ faults: [], disturbed: 0, runs: 5 }), "");
});

test("a report names the machine, the commit, the day and all versions, and shows each picture once", () => {
  const workloads = summary({ limit: [1], bun: [2] });
  const plots = [
    { file: "performance/latency.svg", title: "Latency" },
    { file: "performance/cost-w1.svg", title: "W1", workload: "W1" },
    { file: "performance/cost-w2.svg", title: "W2", workload: "W2" },
  ];
  const text = report({ about, workloads }, plots);
  for (const part of ["A CPU", "Linux 6.1", "abc1234", "2026-01-02", "Bun 1.4.5"]) assert.ok(text.includes(part), part);
  assert.deepEqual(text.match(/performance\/\S+svg/g), ["performance/latency.svg", "performance/cost-w1.svg"]);
});

test("filling a page leaves what stands around it, however often", () => {
  const page = `${frame}\n## The model\n\nWords.\n`;
  const twice = fillPage(fillPage(page, "first"), "second");
  assert.ok(twice.includes("second") && !twice.includes("first"));
  assert.ok(twice.startsWith("# Performance") && twice.endsWith("## The model\n\nWords.\n"));
});

test("a page without its markers is refused rather than overwritten", () => {
  assert.throws(() => fillPage("# Performance\n", "text"), /markers/);
});

test("files of lines are what was measured where, and the runs, whose rounds stay apart", () => {
  const file = (commit) => `${JSON.stringify({ about: { ...about, commit } })}\n{"program":"bun","round":1}\n`;
  const { about: read, runs } = readLines([file("one"), file("two"), file("two")]);
  assert.equal(read.commit, "one and two");
  assert.deepEqual([read.date, runs.length, new Set(runs.map(({ round }) => round)).size], [about.date, 3, 3]);
});
