// Our client in Node, against a real server: quicker than a browser, so with many more switches.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";
import { Host } from "./support/host.mjs";
import { assertEachOnceInOrder } from "./support/numbers.mjs";
import { root } from "./support/program.mjs";
import { Proxy } from "./support/proxy.mjs";
import { readDevice } from "./support/readers.mjs";
import { impatient, transports } from "./support/transports.mjs";
import { until } from "./support/until.mjs";

globalThis.WebSocket ??= WebSocket; // as browsers have it, and later versions of Node
const { connect } = await import(pathToFileURL(join(root, "client/dist/client.js")));

function open(t, address, options = {}) {
  const run = readDevice(connect, `${address}/pushwire`, { ...impatient, ...options });
  t.after(() => run.device.close());
  return run;
}

async function start(t, events = 1_000_000) {
  const host = await Host.start(t);
  await host.askAll(`type counter history ${events}`, "type blob bytes 100", "type temperature latest");
  return host;
}

const connected = ({ device }) => until("a connection", () => device.status().state === "connected");

/** Until the flow's last number is there; then nothing may be missing or have come twice. */
async function finish(host, { seen }) {
  const { next } = await host.ask("halt");
  await until(
    () => `${next - 1}; ${seen.numbers.at(-1)} came last`,
    () => seen.numbers.at(-1) === next - 1,
  );
  assertEachOnceInOrder(seen.numbers, 0, next);
  assert.deepEqual([seen.gaps, seen.resets], [[], 0]);
  return next;
}

// A sequence that looks random and is the same in every run.
function* choices(seed) {
  for (;;) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    yield seed >>> 16;
  }
}

test("a hundred hand-overs, each after it has delivered, lose and repeat nothing", async (t) => {
  const host = await start(t);
  const run = open(t, host.address);
  await connected(run);
  await host.ask("flow counter 0 1000");
  const random = choices(1);
  for (let i = 0; i < 100; ++i) {
    const transport = transports[random.next().value % 4];
    run.device.use(transport);
    await until(`${transport} delivers`, () => run.device.status().transport === transport);
    const before = run.seen.numbers.length;
    await until(`numbers by ${transport}`, () => run.seen.numbers.length >= before + 5);
  }
  const count = await finish(host, run);
  assert.ok(count > 500);
  assert.deepEqual(run.seen.disconnected, []);
});

test("a thousand switches at any moment lose and repeat nothing", async (t) => {
  const host = await start(t);
  const run = open(t, host.address);
  await connected(run);
  await host.ask("flow counter 0 2000");
  const random = choices(2);
  for (let i = 0; i < 1000; ++i) {
    run.device.use([...transports, "auto"][random.next().value % 5]);
    for (let turns = random.next().value % 8; turns > 0; --turns) await new Promise(setImmediate);
  }
  await finish(host, run);
  const taken = new Set(run.seen.switched.map(({ to }) => to));
  assert.ok(taken.size >= 3, [...taken].join(" "));
});

test("a switch from inside a handler, in the middle of a batch, loses and repeats nothing", async (t) => {
  const host = await start(t);
  const run = open(t, host.address);
  await connected(run);
  const random = choices(4);
  let wanted;
  run.device.on("counter", (number) => {
    if (number % 97 === 0) run.device.use((wanted = transports[random.next().value % 4]));
  });
  for (let first = 0; first < 30_000; first += 1000) {
    await host.ask(`burst counter ${first} 1000`);
    await until("the last switch", () => run.seen.numbers.at(-1) === first + 999 && run.device.status().transport === wanted);
  }
  assertEachOnceInOrder(run.seen.numbers, 0, 30_000);
  assert.deepEqual([run.seen.gaps, run.seen.resets], [[], 0]);
  const taken = new Set(run.seen.switched.map(({ to }) => to));
  assert.equal(taken.size, transports.length);
});

for (const only of [["websocket"], ["sse"]]) {
  test(`a message that is too long fails alone, by ${only}`, async (t) => {
    const host = await start(t);
    await host.ask("on note echo");
    const { device } = open(t, host.address, { transports: only });
    await until("a connection", () => device.status().state === "connected");
    for (let round = 0; round < 3; ++round) {
      const [before, tooLong, after] = ["before", "x".repeat(100_000), "after"].map((text) => device.request("note", text));
      await assert.rejects(tooLong, { code: "too-large" });
      assert.deepEqual(await Promise.all([before, after]), ["before", "after"]);
      assert.equal(await device.request("note", "short"), "short");
    }
    const heard = await host.ask("heard");
    assert.deepEqual(heard.map(({ data }) => data), Array(3).fill(["before", "after", "short"]).flat());
  });
}

test("cuts and switches together lose and repeat nothing", async (t) => {
  const host = await start(t);
  const proxy = await Proxy.start(t, host.port);
  const run = open(t, proxy.address);
  await connected(run);
  await host.ask("flow counter 0 1000");
  const random = choices(3);
  for (let i = 0; i < 40; ++i) {
    run.device.use(transports[random.next().value % 4]);
    const before = run.seen.numbers.length;
    const wanted = random.next().value % 30;
    await until("numbers", () => run.seen.numbers.length >= before + wanted);
    proxy.cut();
  }
  await finish(host, run);
});

test("readers that stand anywhere, on all transports at once, read the same numbers", async (t) => {
  const host = await start(t);
  const runs = transports.flatMap((name) => [1, 2, 3].map(() => open(t, host.address, { transports: [name] })));
  await Promise.all(runs.map(connected));
  // A burst is more than a batch, so that each of them lags and catches up.
  for (let first = 0; first < 100_000; first += 25_000) await host.ask(`burst counter ${first} 25000`);
  for (const { seen } of runs) {
    await until("the last one", () => seen.numbers.at(-1) === 99_999);
    assertEachOnceInOrder(seen.numbers, 0, 100_000);
    assert.deepEqual([seen.gaps, seen.resets, seen.disconnected], [[], 0, []]);
  }
});

test("what a short history dropped is told, and only that", async (t) => {
  const host = await start(t, 100);
  const proxy = await Proxy.start(t, host.port);
  for (const transport of transports) {
    const first = 1000 * transports.indexOf(transport);
    const run = open(t, proxy.address, { transports: [transport] });
    await connected(run);
    await host.ask(`burst counter ${first} 10`);
    await until("the first ones", () => run.seen.numbers.at(-1) === first + 9);
    proxy.block();
    await until("the loss", () => run.seen.disconnected.length > 0);
    await host.ask(`burst counter ${first + 10} 490`);
    proxy.unblock();
    await until("the last one", () => run.seen.numbers.at(-1) === first + 499);
    assertEachOnceInOrder(run.seen.numbers.slice(0, 10), first, first + 10);
    assertEachOnceInOrder(run.seen.numbers.slice(10), first + 400, first + 500);
    assert.deepEqual(run.seen.gaps.map(({ types, behind }) => [types, behind]), [[["counter"], 10]]);
    run.device.close();
  }
});

test("large payloads of bytes arrive as they were on every transport", async (t) => {
  const host = await start(t);
  const bytes = Buffer.alloc(200_000, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
  const runs = transports.map((name) => open(t, host.address, { transports: [name] }));
  await Promise.all(runs.map(connected));
  await host.ask(`bytes blob ${bytes.toString("hex")}`);
  for (const { seen } of runs) {
    await until("the bytes", () => seen.events.length === 1);
    assert.equal(seen.events[0].bytes, true);
    assert.ok(bytes.equals(Buffer.from(seen.events[0].data)));
  }
});
