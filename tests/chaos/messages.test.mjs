// Whatever goes wrong on the way: every message is handled once, in the order in which it was said, every request is
// answered once, and no reply comes before the events that its handler emitted.
//
//   PUSHWIRE_CHAOS_SEED=n    only that schedule
//   PUSHWIRE_TEST_SCALE=n    so many times as many
import assert from "node:assert/strict";
import { test } from "node:test";
import { transports } from "./http-sniff.mjs";
import { drawSchedule } from "./schedule.mjs";
import { Lane } from "./support/lane.mjs";
import { steerThrough } from "./support/steer.mjs";

const SCHEDULES = 60;
const LANES = 8;
const ENOUGH = 5; // failures, of which each may take its whole deadline

const { PUSHWIRE_CHAOS_SEED: only, PUSHWIRE_TEST_SCALE: scale = "1" } = process.env;
const seeds = only ? [Number(only)] : Array.from({ length: SCHEDULES * Number(scale) }, (_, i) => i + 1);

test(`${seeds.length} schedules of faults: each message is handled once and in order, each request answered once`, async (t) => {
  const results = [];
  const waiting = [...seeds];
  let failed = 0;
  const work = async () => {
    const lane = await Lane.open(t);
    while (waiting.length && failed < ENOUGH) {
      const seed = waiting.shift();
      const result = await steerThrough(drawSchedule(seed), lane);
      results.push(result);
      if (result.wrong.length) {
        ++failed;
        t.diagnostic(`PUSHWIRE_CHAOS_SEED=${seed}: ${result.wrong.join("; ")}`);
      }
    }
    await lane.kill();
  };
  await Promise.all(Array.from({ length: Math.min(LANES, seeds.length) }, work));
  assert.equal(failed, 0, `${failed} of ${results.length} schedules`);
  if (only) return;
  const by = {};
  let [said, refused] = [0, 0];
  for (const result of results) {
    said += result.said;
    refused += result.refused;
    for (const [name, count] of Object.entries(result.by)) by[name] = (by[name] ?? 0) + count;
  }
  t.diagnostic(`${said} messages, ${refused} refused on the way; by ${JSON.stringify(by)}`);
  assert.deepEqual(transports.filter((name) => !by[name]), [], "each transport was in use");
  assert.ok(refused < said / 4, "most have come through");
});
