import assert from "node:assert/strict";
import { test } from "node:test";
import { plotsOf } from "../../bench/runner/plots/plots.mjs";
import { bars } from "../../bench/runner/plots/bars.mjs";
import { ticks } from "../../bench/runner/plots/svg.mjs";
import { summarize } from "../../bench/runner/summary.mjs";
import { programs, runsOf } from "./runs.mjs";

const row = (program, system, median, more) => ({
  program,
  system,
  value: { median, min: median, max: median },
  ...more,
});

test("ticks are round and reach no further than the longest bar", () => {
  assert.deepEqual(ticks(4.3), [0, 1, 2, 3, 4]);
  assert.deepEqual(ticks(0.31), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(ticks(1000), [0, 200, 400, 600, 800, 1000]);
});

test("a picture is well-formed, says in words what it shows, and has both modes' colors", () => {
  const rows = [
    row("limit", "limit", 1, { yardstick: true }),
    row("a<b&c", "other", 2),
    row("pushwire", "Pushwire", 1.5),
  ];
  const svg = bars({ title: "Cost", unit: "times", rows, mark: 1, format: (value) => `${value} ×` });
  const open = [...svg.matchAll(/<(\w+)(?:\s[^>]*[^/])?>/g)].map(([, name]) => name);
  const closed = [...svg.matchAll(/<\/(\w+)>/g)].map(([, name]) => name);
  assert.deepEqual(open.toSorted(), closed.toSorted());
  assert.match(svg, /<desc>times: limit 1 ×, a&#60;b&#38;c 2 ×, pushwire 1.5 ×<\/desc>/);
  assert.match(svg, /prefers-color-scheme: dark/);
  assert.doesNotMatch(svg, /NaN|undefined|a<b/);
});

test("the longest bar ends inside the picture, and the others are in proportion", () => {
  const svg = bars({ title: "", unit: "", rows: [row("a", "x", 10), row("b", "x", 5)], format: String });
  const [long, short] = [...svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g)].map(([, width]) => Number(width));
  assert.ok(long < 760 && Math.abs(long - 2 * short) < 0.5);
});

test("bars of nothing but zeros are drawn, too", () => {
  assert.doesNotMatch(bars({ title: "", unit: "", rows: [row("a", "x", 0)], format: String }), /NaN/);
});

test("a workload with a yardstick gets its ratios, paced ones their latency", () => {
  const plots = plotsOf(summarize(runsOf({ limit: [1, 1], pushwire: [1.1, 1.3], bun: [2, 2.2] }), programs));
  assert.deepEqual(
    plots.map(({ file }) => file),
    ["latency.svg", "cost-w1.svg"],
  );
  const [latency, cost] = plots.map(({ content }) => content);
  assert.match(latency, /1\.50 \/ 12\.3/);
  assert.match(cost, /1\.20 ×/);
  for (const content of [latency, cost]) assert.doesNotMatch(content, /NaN|undefined/);
});

test("one program alone has nothing to be held against", () => {
  const plots = plotsOf(summarize(runsOf({ pushwire: [1] }), programs));
  assert.deepEqual(
    plots.map(({ file }) => file),
    ["latency.svg"],
  );
});
