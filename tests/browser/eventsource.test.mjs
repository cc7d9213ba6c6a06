// An EventSource that we did not write, in Node.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EventSource } from "eventsource";
import { Host } from "./support/host.mjs";
import { assertEachOnceInOrder } from "./support/numbers.mjs";
import { quietPort } from "./support/program.mjs";
import { Proxy } from "./support/proxy.mjs";
import { readEventSource } from "./support/readers.mjs";
import { until } from "./support/until.mjs";

/** A reader that has its place in the log: as a newcomer by live, otherwise by hello. */
async function read(t, address, query = "") {
  const { seen, source } = readEventSource(EventSource, `${address}/pushwire/sse${query}`);
  t.after(() => source.close());
  await until("a cursor", () => seen.controls.some(({ cursor }) => cursor));
  return seen;
}

const hellos = (seen) => seen.controls.filter(({ control }) => control === "hello");

test("eventsource receives states and named events", async (t) => {
  const host = await Host.start(t);
  await host.askAll("type temperature latest", "type userlogin history", "emit temperature 21.5");
  const seen = await read(t, host.address);
  await host.askAll('emit userlogin {"name":"ada"}', "emit temperature 22");
  await until("both", () => seen.temperatures.length === 2);
  assert.deepEqual(seen.logins, [{ name: "ada" }]);
  assert.deepEqual(seen.temperatures, [21.5, 22]);
  assert.deepEqual(seen.controls.map(({ control }) => control), ["hello", "live"]);
});

test("eventsource loses and repeats nothing when its connections are cut under a steady flow", async (t) => {
  const host = await Host.start(t);
  await host.ask("type counter history 100000");
  const proxy = await Proxy.start(t, host.port);
  const seen = await read(t, proxy.address);
  await host.ask("flow counter 0 200");
  for (let cuts = 1; cuts <= 2; ++cuts) {
    const before = seen.numbers.length;
    await until("a hundred more", () => seen.numbers.length >= before + 100);
    proxy.cut();
    await until("another connection", () => seen.opened === cuts + 1);
  }
  const { next } = await host.ask("halt");
  await until("the last one", () => seen.numbers.at(-1) === next - 1);
  assertEachOnceInOrder(seen.numbers, 0, next);
  assert.deepEqual(hellos(seen).map(({ resume }) => resume), ["new", "ok", "ok"]);
});

test("eventsource comes back behind its last event after the server stopped and started", async (t) => {
  const host = await Host.start(t, "--port", `${await quietPort()}`);
  await host.ask("type counter history 100000");
  const seen = await read(t, host.address);
  await host.ask("burst counter 0 50");
  await host.ask("stop");
  await until("bye", () => seen.controls.at(-1).control === "bye");
  const bye = seen.controls.at(-1);
  assert.equal(bye.reason, "shutdown");
  assert.equal(bye.reconnect, "resume");
  assert.equal(seen.numbers.length, 50, "what was emitted before is told before bye");

  await host.ask("burst counter 50 50"); // while nobody is served
  await host.ask("start");
  await until("all of them", () => seen.numbers.at(-1) === 99);
  assertEachOnceInOrder(seen.numbers, 0, 100);
  assert.equal(hellos(seen).at(-1).resume, "ok");
});

test("eventsource is told of a reset when the process was another one", async (t) => {
  const port = `${await quietPort()}`;
  const first = await Host.start(t, "--port", port);
  await first.askAll("type counter history", "burst counter 0 5");
  const seen = await read(t, first.address, "?after=earliest");
  await until("the first life", () => seen.numbers.length === 5);
  await first.kill();
  const second = await Host.start(t, "--port", port);
  await second.askAll("type counter history", "burst counter 100 3");
  await until("the second life", () => seen.numbers.includes(102));
  assert.deepEqual(seen.numbers, [0, 1, 2, 3, 4, 100, 101, 102]);
  assert.equal(hellos(seen).at(-1).resume, "reset");
  assert.equal(seen.controls.filter(({ control }) => control === "reset").length, 1);
});
