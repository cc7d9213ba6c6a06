// A server comes back to many clients at once: they return spread out, resume without a loss, and by the best transport
// again, since a server that was away is no blocked way.
import assert from "node:assert/strict";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { test } from "node:test";
import { Host } from "../browser/support/host.mjs";
import { assertEachOnceInOrder } from "../browser/support/numbers.mjs";
import { quietPort } from "../browser/support/program.mjs";
import { readDevice } from "../browser/support/readers.mjs";
import { until } from "../browser/support/until.mjs";
import { ChaosProxy } from "./proxy.mjs";
import { connect } from "./support/client.mjs";

const CLIENTS = 200;
const BUCKET_MS = 100;
const MOST = CLIENTS / 10; // returns in one bucket
const USUAL_STALL_MS = 50;
const RETURN_MS = 45_000;

/** Clients with default options that have been there for a while: the flow has told them so many numbers. */
async function settled(t, host, address) {
  const runs = Array.from({ length: CLIENTS }, () => {
    const run = readDevice(connect, `${address}/pushwire`, { events: ["counter"], after: "earliest" });
    run.returns = [];
    run.device.on("connected", () => run.returns.push(Date.now()));
    t.after(() => run.device.close());
    return run;
  });
  await all("websockets", runs, ({ device }) => device.status().transport === "websocket");
  await host.ask("flow counter 0 20");
  await all("numbers of two seconds", runs, ({ seen }) => seen.numbers.length >= 40);
  for (const run of runs) run.returns = [];
  runs.stalls = monitorEventLoopDelay({ resolution: 10 });
  runs.stalls.enable();
  t.after(() => runs.stalls.disable());
  return runs;
}

function all(what, runs, condition) {
  const left = () => runs.filter((run) => !condition(run));
  const example = () => JSON.stringify(left()[0]?.device.status());
  return until(() => `${what}; ${left().length} have not: ${example()}`, () => !left().length, RETURN_MS);
}

/** All are back, each with everything up to the last number, which is told. */
async function comeBack(host, runs) {
  await all("a return", runs, ({ returns }) => returns.length > 0);
  runs.stalls.disable();
  const { next } = await host.ask("halt");
  await all(`number ${next - 1}`, runs, ({ seen }) => seen.numbers.at(-1) === next - 1);
  await all("a websocket again", runs, ({ device }) => device.status().transport === "websocket");
  return next;
}

function assertSpread(t, runs) {
  const times = runs.map(({ returns }) => returns[0]).sort((a, b) => a - b);
  const buckets = {};
  for (const time of times) {
    const bucket = Math.floor((time - times[0]) / BUCKET_MS);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  const most = Math.max(...Object.values(buckets));
  // All clients are in this one process: when it stands still, those that were due meanwhile return in one heap.
  const stallMs = Math.round(runs.stalls.max / 1e6);
  const allowed = MOST * (1 + Math.max(0, stallMs - USUAL_STALL_MS) / BUCKET_MS);
  t.diagnostic(`returns over ${times.at(-1) - times[0]} ms, ${most} at most in ${BUCKET_MS} ms; stalls to ${stallMs} ms`);
  assert.ok(most <= allowed, `${most} in ${BUCKET_MS} ms: ${JSON.stringify(buckets)}`);
}

function assertResumed(runs, next) {
  for (const { seen } of runs) {
    assertEachOnceInOrder(seen.numbers, 0, next);
    assert.deepEqual([seen.gaps, seen.resets], [[], 0]);
    assert.ok(seen.connected.slice(1).every(({ resume }) => resume === "ok"));
  }
}

const start = async (t) => {
  const host = await Host.start(t, "--port", `${await quietPort()}`);
  await host.ask("type counter history 100000");
  return host;
};

test("a server that stops and starts has its clients back spread out, without a loss", async (t) => {
  const host = await start(t);
  const runs = await settled(t, host, host.address);
  await host.ask("restart");
  const next = await comeBack(host, runs);
  assertSpread(t, runs);
  assertResumed(runs, next);
});

test("a server that dies has its clients back spread out: they begin anew with what the new one keeps", async (t) => {
  const first = await start(t);
  const runs = await settled(t, first, first.address);
  await first.kill();
  await all("the loss", runs, ({ seen }) => seen.disconnected.length > 0);
  const before = runs.map(({ seen }) => seen.numbers.length);
  const second = await Host.start(t, "--port", `${first.port}`);
  await second.askAll("type counter history 100000", "burst counter 0 10", "flow counter 10 20");
  const next = await comeBack(second, runs);
  assertSpread(t, runs);
  runs.forEach(({ seen }, at) => {
    assert.equal(seen.resets, 1);
    assert.deepEqual(seen.gaps, []);
    assertEachOnceInOrder(seen.numbers.slice(0, before[at]), 0, before[at]);
    assertEachOnceInOrder(seen.numbers.slice(before[at]), 0, next);
  });
});

// The port is closed, or something in between takes each connection and resets it.
const ways = {
  "whose port is closed": (proxy) => proxy.down(),
  "behind resets": (proxy) => (proxy.faults.add({ kind: "refuse" }), proxy.cut()),
};

for (const [way, block] of Object.entries(ways)) {
  test(`a server ${way} for a while has its clients back spread out, without a loss`, async (t) => {
    const host = await start(t);
    const proxy = await ChaosProxy.start({ port: host.port, listen: await quietPort() });
    t.after(() => proxy.stop());
    const runs = await settled(t, host, proxy.address);
    await block(proxy);
    await all("the loss", runs, ({ seen }) => seen.disconnected.length > 0);
    const told = (await host.ask("stats")).events;
    await until("a second of the flow", async () => (await host.ask("stats")).events > told + 20);
    proxy.clear();
    await proxy.up();
    const next = await comeBack(host, runs);
    assertSpread(t, runs);
    assertResumed(runs, next);
  });
}
