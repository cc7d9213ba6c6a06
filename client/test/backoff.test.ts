import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { makeBackoff } from "../src/backoff.js";

const draw = (random: () => number) => mock.method(Math, "random", random);

afterEach(() => mock.restoreAll());

test("bounds double from half a second to twenty seconds", () => {
  draw(() => 1);
  const longest = makeBackoff();
  assert.deepEqual(
    Array.from({ length: 8 }, () => longest.next()),
    [500, 1000, 2000, 4000, 8000, 16000, 20000, 20000],
  );
});

test("every delay is drawn from nothing up to its bound", () => {
  const draws = [0, 0.5, 0.25];
  draw(() => draws.shift()!);
  const backoff = makeBackoff(100, 1000);
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next()], [0, 100, 100]);
});

test("the bound stays finite however often it fails, and begins anew after a reset", () => {
  draw(() => 1);
  const backoff = makeBackoff(500, 20_000);
  for (let i = 0; i < 5000; ++i) assert.ok(backoff.next() <= 20_000);
  backoff.reset();
  assert.equal(backoff.next(), 500);
});

test("what everybody lost at once is spread over four seconds, until the next reset", () => {
  draw(() => 1);
  const backoff = makeBackoff();
  backoff.widen();
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next(), backoff.next()], [4000, 6000, 9000, 13_500]);
  backoff.reset();
  assert.equal(backoff.next(), 500);
});
