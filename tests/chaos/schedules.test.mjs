// Whatever goes wrong on the way, and in whichever order: every handler is told what was emitted, each event once and
// in order; where a history was too short, a gap says so, of exactly those events that it lost.
//
//   PUSHWIRE_CHAOS_SEED=n    only that schedule, step by step
//   PUSHWIRE_TEST_SCALE=n    so many times as many
import assert from "node:assert/strict";
import { test } from "node:test";
import { kinds } from "./faults.mjs";
import { drawSchedule } from "./schedule.mjs";
import { Lane } from "./support/lane.mjs";
import { runSchedule } from "./support/run.mjs";
import { transports } from "./http-sniff.mjs";

const SCHEDULES = 100;
const LANES = 12; // schedules at a time; each has a server of its own
const ENOUGH = 10; // failures, of which each may take its whole deadline

const { PUSHWIRE_CHAOS_SEED: only, PUSHWIRE_TEST_SCALE: scale = "1" } = process.env;
const seeds = only ? [Number(only)] : Array.from({ length: SCHEDULES * Number(scale) }, (_, i) => i + 1);

test(`${seeds.length} schedules of faults lose and repeat nothing, and every loss is told`, async (t) => {
  const results = [];
  let failed = 0;
  const waiting = [...seeds];
  const work = async () => {
    const lane = await Lane.open(t);
    while (waiting.length && failed < ENOUGH) {
      const schedule = drawSchedule(waiting.shift());
      const result = await runSchedule(schedule, lane);
      results.push(result);
      if (result.wrong.length) ++failed;
      if (result.wrong.length || only) tell(t, schedule, result);
    }
    await lane.kill();
  };
  await Promise.all(Array.from({ length: Math.min(LANES, seeds.length) }, work));
  assert.equal(failed, 0, `${failed} of ${results.length} schedules`);
  if (!only) assertEverythingHappened(t, results);
});

/** A run that meets no trouble would prove nothing. */
function assertEverythingHappened(t, results) {
  const total = (name) => {
    const sums = {};
    for (const result of results) {
      for (const [key, count] of Object.entries(result[name])) sums[key] = (sums[key] ?? 0) + count;
    }
    return sums;
  };
  const [acted, delivered] = [total("acted"), total("delivered")];
  t.diagnostic(`faults: ${JSON.stringify(acted)}`);
  t.diagnostic(`numbers: ${JSON.stringify(delivered)}`);
  assert.deepEqual(Object.keys(kinds).filter((kind) => !acted[kind]), [], "each kind of fault has shown");
  assert.deepEqual(transports.filter((name) => !delivered[name]), [], "each transport has delivered");
  assert.ok(results.some(({ gaps }) => gaps > 0), "something was lost and told");
  assert.ok(results.some(({ lives }) => lives > 1), "a server has died");
}

function tell(t, schedule, { wrong, story }) {
  const more = wrong.length > 10 ? [`… and ${wrong.length - 10} more`] : [];
  t.diagnostic(`PUSHWIRE_CHAOS_SEED=${schedule.seed}: ${wrong.slice(0, 10).concat(more).join("; ") || "all is well"}`);
  if (!only) return;
  t.diagnostic(JSON.stringify(schedule, null, 1));
  t.diagnostic(story());
}
