import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, plan, remaining } from "../../bench/runner/options.mjs";
import { deliveriesOf, workloads } from "../../bench/runner/workloads.mjs";

const names = (list) => list.map(({ name }) => name);

test("without options, all is measured five times, for the documentation", () => {
  const { runs, seconds, out, ...chosen } = parse([]);
  assert.deepEqual([runs, seconds, out, chosen.workloads.length], [5, 5, "docs", workloads.length]);
});

test("what does not measure all leaves the documentation alone, unless it is told to", () => {
  for (const args of [["--quick"], ["--only", "W1"], ["--peers", "bun"]])
    assert.equal(parse(args).out, "build/bench/report");
  assert.equal(parse(["--quick", "--out", "docs"]).out, "docs");
});

test("a workload is chosen by its name, or by what its name begins with", () => {
  assert.deepEqual(names(parse(["--only", "w2,W6"]).workloads), ["W2", "W6 none", "W6 ten"]);
});

test("a system's name chooses all of its programs; yardsticks always take part", () => {
  assert.deepEqual(names(parse(["--peers", "nchan"]).programs).toSorted(), [
    "limit",
    "limit-longpoll",
    "nchan",
    "nchan-longpoll",
    "nchan-poll",
    "nchan-sse",
    "static",
  ]);
  assert.deepEqual(names(parse(["--peers", "Boost.Beast,httplib-sse"]).programs), [
    "limit",
    "limit-longpoll",
    "beast",
    "httplib-sse",
    "static",
  ]);
});

test("what is unknown or no number is refused by name", () => {
  assert.throws(() => parse(["--only", "W9"]), /workload w9/);
  assert.throws(() => parse(["--peers", "nobody"]), /program nobody/);
  assert.throws(() => parse(["--runs", "many"]), /--runs/);
  assert.throws(() => parse(["--seconds", "0"]), /--seconds/);
  assert.throws(() => parse(["--loud"]), TypeError);
});

test("programs take turns within each round", () => {
  const jobs = plan(parse(["--runs", "2", "--only", "W1", "--peers", "bun,ws"]));
  const order = jobs.map(({ program, round }) => `${program.name} ${round}`);
  assert.deepEqual(order, ["limit 1", "bun 1", "ws 1", "limit 2", "bun 2", "ws 2"]);
});

test("a program takes part where its transport and its number of connections fit", () => {
  const seats = (only) => plan(parse(["--only", only, "--runs", "1"])).map(({ program }) => program.name);
  assert.ok(seats("W1").includes("httplib-sse") && !seats("W4").includes("httplib-sse"));
  assert.deepEqual(seats("W7"), ["limit-longpoll", "pushwire-longpoll", "nchan-longpoll"]);
  assert.ok(seats("W6").includes("static") && !seats("W6").includes("limit"));
  assert.ok(seats("W1").includes("limit-uring") && !seats("W5").includes("limit-uring"));
});

test("the time that is left goes by what is done", () => {
  const [a, b, c] = [{ expected: 2 }, { expected: 4 }, { expected: 6 }];
  assert.equal(remaining([], [a, b, c], 0), 12);
  assert.equal(remaining([a], [b, c], 4), 20);
  assert.equal(remaining([a, b, c], [], 24), 0);
});

test("what a paced workload has to deliver is known, of a saturated one it is not", () => {
  const of = (wanted) => workloads.find(({ name }) => name === wanted);
  assert.equal(deliveriesOf(of("W1"), 5), 500_000);
  assert.equal(deliveriesOf(of("W3"), 2), 1_000_000);
  assert.equal(deliveriesOf(of("W2"), 5), undefined);
  assert.equal(deliveriesOf(of("W4"), 5), undefined);
});
