// What is kept between visits, in storage that the test plays.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { makeMemory } from "../src/memory.js";

const base = new URL("http://fake/pushwire/");
const key = `pushwire ${base}`;
let storage: Record<string, string>;

beforeEach(() => {
  storage = {};
  (globalThis as any).localStorage = storage;
  mock.timers.enable({ apis: ["Date"], now: 1e12 });
});

afterEach(() => {
  mock.timers.reset();
  delete (globalThis as any).localStorage;
});

test("what won three times in a row comes first at the next visit, and no longer after half an hour", () => {
  const memory = makeMemory(base);
  for (let i = 0; i < 3; ++i) memory.won("sse");
  assert.deepEqual(["websocket", "sse"].map(makeMemory(base).rank), [1, 0]);
  mock.timers.setTime(1e12 + 1_800_001);
  assert.deepEqual(["websocket", "sse"].map(makeMemory(base).rank), [1, 1]);
});

test("a heartbeat that was learned, and a rest, outlast the visit", () => {
  const memory = makeMemory(base);
  memory.died("websocket", 4000, 4000);
  memory.judge(true);
  memory.rest("sse");
  const next = makeMemory(base);
  assert.deepEqual([next.beatMs(), next.resting("sse"), next.resting("websocket")], [2400, true, false]);
  next.doubt();
  assert.deepEqual([next.beatMs(), next.resting("sse")], [undefined, false]);
});

test("nothing counts that the server's absence explains", () => {
  const memory = makeMemory(base);
  memory.died("websocket", 4000, 4000);
  assert.equal(memory.beatMs(), 2400, "for the next attempt, in case");
  memory.judge(false);
  assert.equal(memory.beatMs(), undefined);
});

for (const garbage of ["", "{", "null", "5", "[]", '{"at":1e99,"rests":5,"wins":"x","heartbeatMs":"y"}', '{"at":"now"}']) {
  test(`garbage in storage is no harm: ${garbage}`, () => {
    storage[key] = garbage;
    const memory = makeMemory(base);
    assert.deepEqual([memory.rank("websocket"), memory.beatMs()], [1, undefined]);
    for (let i = 0; i < 3; ++i) {
      memory.won("websocket");
      memory.died("websocket", 100, 0);
      memory.judge(true);
    }
    assert.equal(memory.resting("websocket"), true);
  });
}

test("storage that is refused is no harm", () => {
  (globalThis as any).localStorage = new Proxy({}, {
    get: () => assert.fail("refused"),
    set: () => assert.fail("refused"),
  });
  const memory = makeMemory(base);
  memory.won("sse");
  assert.equal(memory.rank("sse"), 1);
});
