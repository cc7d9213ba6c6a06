import assert from "node:assert/strict";
import { test } from "node:test";
import { Delivery } from "../src/delivery.js";
import type { HostEvent } from "../src/transports/transport.js";

const event = (id: string, type = "log", more: Partial<HostEvent> = {}): HostEvent => ({
  id,
  event: type,
  data: id,
  ...more,
});
const state = (id: string, type: string, more: Partial<HostEvent> = {}) => event(id, type, { snapshot: true, ...more });

function give(delivery: Delivery, events: HostEvent[]): string[] {
  return events
    .filter((e) => {
      const admitted = delivery.admits(e);
      if (admitted) delivery.handled(e);
      return admitted;
    })
    .map((e) => e.id);
}

test("an event at or before the cursor is not given again", () => {
  const delivery = new Delivery();
  delivery.advance("e-5");
  assert.deepEqual(give(delivery, [event("e-4"), event("e-5"), event("e-6"), event("e-6"), event("e-10")]), [
    "e-6",
    "e-10",
  ]);
  assert.equal(delivery.cursor, "e-10");
});

test("the cursor moves only when an event has been handled", () => {
  const delivery = new Delivery();
  assert.ok(delivery.admits(event("e-1")));
  assert.equal(delivery.cursor, undefined);
});

test("the cursor never goes back within an epoch", () => {
  const delivery = new Delivery();
  delivery.advance("e-10");
  delivery.advance("e-9");
  assert.equal(delivery.cursor, "e-10");
});

test("snapshots do not move the cursor, and are given once per type, key and id", () => {
  const delivery = new Delivery();
  const snapshot = [
    state("e-3", "door", { key: "a" }),
    state("e-4", "door", { key: "b" }),
    state("e-9", "temperature"),
  ];
  assert.deepEqual(give(delivery, snapshot.slice(0, 2)), ["e-3", "e-4"]);
  assert.equal(delivery.cursor, undefined);
  assert.deepEqual(give(delivery, [...snapshot, state("e-11", "door", { key: "a" })]), ["e-9", "e-11"]);
});

test("a snapshot does not repeat a state that came as an event", () => {
  const delivery = new Delivery();
  assert.deepEqual(give(delivery, [event("e-5", "temperature"), state("e-5", "temperature")]), ["e-5"]);
});

test("a removed key is told once, and comes back when it is set again", () => {
  const delivery = new Delivery();
  const key = { key: "a" };
  assert.deepEqual(
    give(delivery, [
      event("e-1", "door", key),
      event("e-2", "door", { ...key, removed: true }),
      state("e-2", "door", { ...key, removed: true }),
      state("e-3", "door", key),
    ]),
    ["e-1", "e-2", "e-3"],
  );
});

test("after a gap the states of its types may be given again, and of no others", () => {
  const delivery = new Delivery();
  give(delivery, [event("e-1", "door", { key: "a" }), event("e-2", "doors", { key: "a" })]);
  assert.deepEqual(delivery.lose(["door"], "e-8"), ["door"]);
  assert.deepEqual(give(delivery, [state("e-1", "door", { key: "a" }), state("e-2", "doors", { key: "a" })]), ["e-1"]);
});

test("the same loss is news once", () => {
  const delivery = new Delivery();
  assert.deepEqual(delivery.lose(["log"], "e-8"), ["log"]);
  assert.deepEqual(delivery.lose(["log", "alarm"], "e-8"), ["alarm"]);
  assert.deepEqual(delivery.lose(["log"], "e-9"), ["log"]);
});

test("after a reset the ids of another epoch count, and those of the same one from below", () => {
  for (const next of ["f-1", "e-1"]) {
    const delivery = new Delivery();
    give(delivery, [event("e-9", "temperature")]);
    delivery.reset();
    assert.equal(delivery.cursor, "e-9", "until something better is known");
    assert.deepEqual(give(delivery, [event(next, "temperature"), event(next, "temperature")]), [next]);
    assert.equal(delivery.cursor, next);
  }
});

test("a reset with a cursor goes on from there", () => {
  const delivery = new Delivery();
  delivery.advance("e-9");
  delivery.reset("e-0");
  assert.equal(delivery.cursor, "e-0");
  assert.deepEqual(give(delivery, [event("e-1")]), ["e-1"]);
});
