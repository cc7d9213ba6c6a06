import assert from "node:assert/strict";

/** Fails, saying where, unless `numbers` are first, first + 1, … up to but not with `next`. */
export function assertEachOnceInOrder(numbers, first, next) {
  const wrong = numbers.findIndex((number, at) => number !== first + at);
  if (wrong >= 0) {
    const around = numbers.slice(Math.max(0, wrong - 3), wrong + 4);
    assert.fail(`${first + wrong} was due where ${numbers[wrong]} came: … ${around.join(" ")} …`);
  }
  assert.equal(numbers.length, next - first, "all have come");
}
