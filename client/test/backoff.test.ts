import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/backoff.js";

test("bounds double from half a second to twenty seconds", () => {
  const longest = new Backoff(undefined, undefined, () => 1);
  assert.deepEqual(
    Array.from({ length: 8 }, () => longest.next()),
    [500, 1000, 2000, 4000, 8000, 16000, 20000, 20000],
  );
});

test("every delay is drawn from nothing up to its bound", () => {
  const draws = [0, 0.5, 0.25];
  const backoff = new Backoff(100, 1000, () => draws.shift()!);
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next()], [0, 100, 100]);
});

test("the bound stays finite however often it fails, and begins anew after a reset", () => {
  const backoff = new Backoff(500, 20_000, () => 1);
  for (let i = 0; i < 5000; ++i) assert.ok(backoff.next() <= 20_000);
  backoff.reset();
  assert.equal(backoff.next(), 500);
});
