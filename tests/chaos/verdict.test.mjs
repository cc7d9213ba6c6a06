// The judge of the schedules sees what it is there to see.
import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "./support/verdict.mjs";

const type = "s1";
// Numbers 0 to 9 with the sequences 101 to 110.
const life = { epoch: "aaaaaaaa", base: 100, first: 0, next: 10 };
const second = { epoch: "bbbbbbbb", base: 0, first: 10, next: 15 };
const all = { type, history: 1000, short: false };
const four = { type, history: 4, short: true };

const at = (number) => ({ number, id: `aaaaaaaa-${101 + number}` });
const later = (number) => ({ number, id: `bbbbbbbb-${number - 9}` });
const list = (from, to, make = at) => Array.from({ length: to - from + 1 }, (_, i) => make(from + i));
const gap = (after, to, emitted = 10, types = [type]) => ({
  gap: { types, from: `aaaaaaaa-${101 + after}`, to: `aaaaaaaa-${101 + to}` },
  emitted,
});
const reset = { reset: true };

const good = (log, lives, options) => assert.deepEqual(judge(log, lives, options), []);
const bad = (pattern, log, lives, options) => assert.match(judge(log, lives, options).join("\n"), pattern);

test("the emitted list is right; a hole, a repeat, a disorder and a missing end are not", () => {
  good(list(0, 9), [life], all);
  bad(/^4 is missing/, [...list(0, 3), ...list(5, 9)], [life], all);
  bad(/^0 is missing/, list(1, 9), [life], all);
  bad(/^4 comes where 5 was due/, [...list(0, 4), ...list(4, 9)], [life], all);
  bad(/^3 comes where 5 was due/m, [...list(0, 2), at(4), at(3), ...list(5, 9)], [life], all);
  bad(/^9 to 9 are missing at the end$/, list(0, 8), [life], all);
  bad(/^0 to 9 are missing at the end$/, [], [life], all);
  bad(/^4 has the id/, [...list(0, 3), { number: 4, id: "aaaaaaaa-106" }, ...list(5, 9)], [life], all);
  bad(/of no life$/m, [...list(0, 9), later(10)], [life], all);
  bad(/a reset before 5/, [...list(0, 4), reset, ...list(5, 9)], [life], all);
});

test("a gap covers what was dropped, and nothing else", () => {
  good([...list(0, 2), gap(2, 5), ...list(6, 9)], [life], four);
  good([...list(0, 2), gap(2, 4, 9), gap(2, 5), ...list(6, 9)], [life], four);
  bad(/though all is kept/, [...list(0, 2), gap(2, 5), ...list(6, 9)], [life], all);
  bad(/^5 is missing/, [...list(0, 2), gap(2, 4), ...list(6, 9)], [life], four);
  bad(/^3 is missing/, [...list(0, 2), gap(3, 5), ...list(6, 9)], [life], four);
  bad(/^5 came, though/m, [...list(0, 2), gap(2, 5), ...list(5, 9)], [life], four);
  bad(/^2 came, though/m, [...list(0, 2), gap(1, 5), ...list(6, 9)], [life], four);
  bad(/stands behind/, [...list(0, 2), ...list(6, 8), gap(2, 5), at(9)], [life], four);
  bad(/stands before/, [...list(0, 1), gap(2, 5), at(2), ...list(6, 9)], [life], four);
  bad(/names 5 as gone when 9 was next/, [...list(0, 2), gap(2, 5, 9), ...list(6, 9)], [life], four);
  bad(/is empty/, [...list(0, 9), gap(5, 5)], [life], four);
  bad(/^a gap of other/, [...list(0, 2), gap(2, 5, 10, ["other"]), ...list(6, 9)], [life], four);
});

test("another life begins with a reset; of an earlier one the end may be missing, no more", () => {
  good([...list(0, 6), reset, ...list(10, 14, later)], [life, second], all);
  good(list(10, 14, later), [life, second], all);
  good([...list(0, 6), reset, ...list(12, 14, later)], [life, second], { ...four, history: 3 });
  bad(/^5 is missing/, [...list(0, 4), at(6), reset, ...list(10, 14, later)], [life, second], all);
  bad(/^10 is missing/, [...list(0, 6), reset, ...list(11, 14, later)], [life, second], all);
  bad(/without a reset/, [...list(0, 6), ...list(10, 14, later)], [life, second], all);
  bad(/an earlier life/, [...list(0, 5), reset, ...list(10, 14, later), at(6)], [life, second], all);
  bad(/^2 resets in 2 lives$/, [...list(0, 6), reset, reset, ...list(10, 14, later)], [life, second], all);
});
