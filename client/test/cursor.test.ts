import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCursor, hasPassed } from "../src/cursor.js";

test("sequences are compared as numbers up to 2^64-1", () => {
  const ascending = [
    "0",
    "1",
    "9",
    "10",
    "99",
    "100",
    "9007199254740992",
    "9007199254740993",
    "18446744073709551614",
    "18446744073709551615",
  ].map((sequence) => `k3x9a2mq-${sequence}`);
  ascending.forEach((a, i) => ascending.forEach((b, j) => assert.equal(hasPassed(a, b), i >= j, `${a} and ${b}`)));
});

test("a cursor has passed nothing of another epoch, and no cursor has passed nothing", () => {
  assert.equal(hasPassed("aaaaaaaa-9", "bbbbbbbb-1"), false);
  assert.equal(hasPassed("aaaaaaa-99", "bbbbbbbb-1"), false);
  assert.equal(hasPassed(undefined, "bbbbbbbb-1"), false);
});

test("what is not a cursor is told", () => {
  for (const text of [
    "",
    "k3x9a2mq",
    "k3x9a2mq-",
    "k3x9a2mq-01",
    "k3x9a2mq--1",
    "k3x9a2mq-1 ",
    "-1",
    7,
    null,
    undefined,
  ]) {
    assert.throws(() => checkCursor(text), /not a cursor/, String(text));
  }
  assert.equal(checkCursor("k3x9a2mq-18446744073709551615"), "k3x9a2mq-18446744073709551615");
});
