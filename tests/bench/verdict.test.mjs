import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf, isDisturbed, parseRun } from "../../bench/runner/verdict.mjs";

const clean = { n: 10, opened: 10, failed: 0, lost: 0, duplicated: 0, disordered: 0, errors: 0, closed_early: 0 };

test("the last line of the load generator's output is the run", () => {
  assert.equal(parseRun('something else\n{"n":10,"opened":10}\n').opened, 10);
});

test("output without a run is a fault that shows it", () => {
  assert.match(parseRun("connect: refused\n").fault, /refused/);
  assert.match(parseRun("").fault, /nothing/);
  assert.match(parseRun("42\n").fault, /42/);
});

test("a clean run has no fault", () => assert.deepEqual(faultsOf(clean), []));

test("what was lost, repeated or disordered is a fault, with its count", () => {
  const faults = faultsOf({ ...clean, lost: 3, duplicated: 2, disordered: 1 });
  assert.deepEqual(faults, ["3 lost", "2 repeated", "1 out of order"]);
});

test("so is what never came, and who never connected", () => {
  assert.deepEqual(faultsOf({ ...clean, messages: 90, due: 100 }), ["10 of 100 did not come"]);
  assert.deepEqual(faultsOf({ ...clean, opened: 7 }), ["3 failed to connect"]);
  assert.deepEqual(faultsOf({ fault: "ended at once" }), ["ended at once"]);
});

test("a run is disturbed when the core was busy far beyond the server's work", () => {
  const run = { ...clean, cpu_s: 2, core_busy_s: 2.2, wall_s: 5 };
  assert.ok(!isDisturbed(run, "fan-out"));
  assert.ok(isDisturbed({ ...run, core_busy_s: 2.6 }, "fan-out"));
  assert.ok(!isDisturbed({ ...run, core_busy_s: 2.6 }, "hold"));
  assert.ok(!isDisturbed({ fault: "is not built" }, "fan-out"));
});
