import assert from "node:assert/strict";
import { test } from "node:test";
import { makeDelivery, type Delivery } from "../src/delivery.js";
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

const loss = (types: string[], to: string, from = "e-0") => ({ types, from, to });

test("an event at or before the cursor is not given again", () => {
  const delivery = makeDelivery();
  delivery.advance("e-5");
  assert.deepEqual(give(delivery, [event("e-4"), event("e-5"), event("e-6"), event("e-6"), event("e-10")]), [
    "e-6",
    "e-10",
  ]);
  assert.equal(delivery.cursor(), "e-10");
});

test("the cursor moves only when an event has been handled", () => {
  const delivery = makeDelivery();
  assert.ok(delivery.admits(event("e-1")));
  assert.equal(delivery.cursor(), undefined);
});

test("the cursor never goes back within an epoch", () => {
  const delivery = makeDelivery();
  delivery.advance("e-10");
  delivery.advance("e-9");
  assert.equal(delivery.cursor(), "e-10");
});

test("snapshots do not move the cursor, and are given once per type, key and id", () => {
  const delivery = makeDelivery();
  const snapshot = [
    state("e-3", "door", { key: "a" }),
    state("e-4", "door", { key: "b" }),
    state("e-9", "temperature"),
  ];
  assert.deepEqual(give(delivery, snapshot.slice(0, 2)), ["e-3", "e-4"]);
  assert.equal(delivery.cursor(), undefined);
  assert.deepEqual(give(delivery, [...snapshot, state("e-11", "door", { key: "a" })]), ["e-9", "e-11"]);
});

test("a snapshot does not repeat a state that came as an event", () => {
  const delivery = makeDelivery();
  assert.deepEqual(give(delivery, [event("e-5", "temperature"), state("e-5", "temperature")]), ["e-5"]);
});

test("a removed key is told once, and comes back when it is set again", () => {
  const delivery = makeDelivery();
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
  const delivery = makeDelivery();
  give(delivery, [event("e-1", "door", { key: "a" }), event("e-2", "doors", { key: "a" })]);
  assert.ok(delivery.lose(loss(["door"], "e-8")));
  assert.deepEqual(give(delivery, [state("e-1", "door", { key: "a" }), state("e-2", "doors", { key: "a" })]), ["e-1"]);
});

test("the same loss is news once", () => {
  const delivery = makeDelivery();
  assert.deepEqual(delivery.lose(loss(["log"], "e-8"))?.types, ["log"]);
  assert.deepEqual(delivery.lose(loss(["log", "alarm"], "e-8"))?.types, ["alarm"]);
  assert.equal(delivery.lose(loss(["log"], "e-8")), undefined);
  assert.deepEqual(delivery.lose(loss(["log"], "e-9"))?.types, ["log"]);
});

test("a loss counts from where the reader is, and not at all where it has been", () => {
  const delivery = makeDelivery();
  delivery.advance("e-5");
  assert.equal(delivery.lose(loss(["log"], "e-5", "e-2")), undefined);
  assert.deepEqual(delivery.lose(loss(["log"], "e-8", "e-2")), loss(["log"], "e-8", "e-5"));
  assert.deepEqual(delivery.lose(loss(["log"], "e-10", "e-8")), loss(["log"], "e-10", "e-8"));
});

test("a key that went while a snapshot was cut is told as removed when the next one ends", () => {
  const delivery = makeDelivery();
  delivery.begin();
  give(delivery, [state("e-1", "door", { key: "a" }), state("e-2", "door", { key: "b" }), state("e-3", "light")]);
  delivery.begin();
  give(delivery, [state("e-2", "door", { key: "b" })]);
  assert.deepEqual(delivery.settle("e-9"), [
    { id: "e-9", event: "door", key: "a", data: undefined, removed: true, snapshot: true },
  ]);
  assert.deepEqual(delivery.settle("e-9"), [], "it is no newcomer any more");
});

test("after a reset the ids of another epoch count, and those of the same one from below", () => {
  for (const next of ["f-1", "e-1"]) {
    const delivery = makeDelivery();
    give(delivery, [event("e-9", "temperature")]);
    delivery.reset();
    assert.equal(delivery.cursor(), "e-9", "until something better is known");
    assert.deepEqual(give(delivery, [event(next, "temperature"), event(next, "temperature")]), [next]);
    assert.equal(delivery.cursor(), next);
  }
});

test("a reset with a cursor goes on from there", () => {
  const delivery = makeDelivery();
  delivery.advance("e-9");
  delivery.reset("e-0");
  assert.equal(delivery.cursor(), "e-0");
  assert.deepEqual(give(delivery, [event("e-1")]), ["e-1"]);
});
