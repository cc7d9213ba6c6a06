import assert from "node:assert/strict";
import { test } from "node:test";
import { paceOf, Schedule } from "../../bench/peers/pacing/schedule.mjs";

const MS = 1e6;
const paced = (more) => new Schedule({ ...paceOf({ FAN_PERIOD_US: "10000", FAN_DUR: "1" }), ...more });

test("an event is due a period after the start and every period", () => {
  const schedule = paced();
  assert.equal(schedule.due(0, 0), 0);
  assert.equal(schedule.waitMs(0, 0), 10);
  assert.equal(schedule.due(9 * MS, 0), 0);
  assert.equal(schedule.due(10 * MS, 0), 1);
  schedule.next(10 * MS);
  assert.equal(schedule.due(11 * MS, 0), 0);
  assert.equal(schedule.waitMs(11 * MS, 0), 9);
});

test("what was missed is due at once, and no more than there is in all", () => {
  const schedule = paced({ batch: 3 });
  schedule.due(0, 0);
  assert.equal(schedule.due(50 * MS, 0), 15);
  assert.equal(schedule.due(9999 * MS, 0), 300);
  for (let left = 300; left > 0; left--) schedule.next(9999 * MS);
  assert.equal(schedule.due(9999 * MS, 0), 0);
  assert.ok(schedule.over);
});

test("saturating, it is held back by what was not delivered", () => {
  const schedule = paced({ periodNs: 0, batch: 32, connections: 10, window: 64 });
  for (let turn = 0; turn < 2; turn++) {
    assert.equal(schedule.due(0, 0), 32);
    for (let left = 32; left > 0; left--) schedule.next(0);
  }
  assert.equal(schedule.due(0, 31 * 10), 0);
  assert.equal(schedule.waitMs(0, 0), 1);
  assert.equal(schedule.due(0, 32 * 10), 32);
  assert.equal(schedule.waitMs(0, 32), 0);
  assert.equal(schedule.due(1001 * MS, 1e6), 0);
  assert.ok(schedule.over);
});

test("a payload is 128 bytes of JSON with its time and number", () => {
  const schedule = paced();
  const begin = 5_000_000_000_000_000;
  schedule.due(begin, 0);
  for (let number = 1; number <= 3; number++) {
    const now = begin + number * 10 * MS + 5;
    const text = schedule.next(now);
    assert.equal(Buffer.byteLength(text), 128);
    assert.deepEqual({ ...JSON.parse(text), v: "" }, { t: now, seq: number, v: "" });
  }
});

test("an event more than a period late bears the time it was due at", () => {
  const schedule = paced();
  schedule.due(0, 0);
  assert.equal(JSON.parse(schedule.next(20 * MS)).t, 20 * MS);
  assert.equal(JSON.parse(schedule.next(31 * MS)).t, 20 * MS);
});
