// A subscription that changes while news are on their way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Host } from "../browser/support/host.mjs";
import { assertEachOnceInOrder } from "../browser/support/numbers.mjs";
import { readDevice } from "../browser/support/readers.mjs";
import { transports } from "../browser/support/transports.mjs";
import { until } from "../browser/support/until.mjs";
import { ChaosProxy } from "./proxy.mjs";
import { connect, patient } from "./support/client.mjs";

// By WebSocket the wider subscription begins where the server hears of it; without one, at the reader's cursor.
for (const transport of transports.filter((name) => name !== "websocket")) {
  test(`${transport}: what comes while a wider subscription is on its way is not lost`, async (t) => {
    const host = await Host.start(t);
    await host.askAll("type counter history 10000", "type note history 100", "type temperature latest");
    await host.ask("emit temperature 1");
    const proxy = await ChaosProxy.start({ port: host.port });
    t.after(() => proxy.stop());
    const options = { ...patient, transports: [transport], events: ["counter"] };
    const { device, seen } = readDevice(connect, `${proxy.address}/pushwire`, options);
    t.after(() => device.close());
    await until("a connection", () => device.status().state === "connected");
    await host.ask("flow counter 0 500");
    await until("numbers", () => seen.numbers.length > 50);
    proxy.faults.add({ kind: "delay", ms: 150 });
    device.subscribe(["counter", "temperature", "note"]);
    await host.askAll("emit temperature 2", 'emit note "meanwhile"');
    const told = () => seen.events.filter(({ event }) => event === "note").length === 1;
    await until(() => `the note; ${JSON.stringify(seen.events)}`, told, 10_000);
    const { next } = await host.ask("halt");
    await until("the last number", () => seen.numbers.at(-1) === next - 1);
    assertEachOnceInOrder(seen.numbers, 0, next);
    // The state of before may come or not: a newer one follows.
    assert.deepEqual(seen.events.filter(({ data }) => data !== 1).map(({ data }) => data), [2, "meanwhile"]);
    assert.deepEqual([seen.gaps, seen.resets, seen.disconnected], [[], 0, []]);
  });
}
