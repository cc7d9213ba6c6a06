// Every transport against a server that speaks the protocol, over real connections.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { WebSocket } from "ws";
import { connectTo } from "../src/connect.js";
import type { Device, Options } from "../src/device.js";
import { longPoll } from "../src/transports/long-poll.js";
import { poll } from "../src/transports/poll.js";
import { sse } from "../src/transports/sse.js";
import type { Reading, TransportName } from "../src/transports/transport.js";
import { FakeServer } from "./fake-server.js";
import { record, until } from "./waiting.js";

Object.assign(globalThis, { WebSocket });

const all: TransportName[] = ["websocket", "sse", "long-poll", "poll"];
const quick: Options = { pollIntervalMs: 50, backoffMs: [10, 50] };

let server: FakeServer;
let devices: Device[];

function connect(options: Options = {}): Device {
  const device = connectTo<Record<string, any>>(server.base, { ...quick, ...options });
  devices.push(device);
  return device;
}

/** A device and what it gives, once it is connected. */
async function connected(options: Options = {}): Promise<{ device: Device; lines: string[] }> {
  const device = connect(options);
  const lines = record(device);
  await until("connected", () => device.status().state === "connected" && device.status().cursor);
  lines.length = 0;
  return { device, lines };
}

beforeEach(async () => {
  server = await new FakeServer().start();
  devices = [];
});

afterEach(async () => {
  for (const device of devices) device.close();
  await server.stop();
});

for (const name of all) {
  describe(name, () => {
    const only: Options = { transports: [name] };

    test("gives a newcomer the states, then what follows", async () => {
      server.states.add("temperature").add("door");
      server.emit("log", "before");
      server.emit("temperature", 20);
      server.emit("temperature", 21);
      server.emit("door", "open", { key: "front" });
      server.emit("door", undefined, { key: "back", removed: true });
      const device = connect(only);
      const lines = record(device);
      await until("the states", () => device.status().cursor === server.id(5));
      server.emit("log", "after");
      await until("the event", () => lines.includes('log "after"'));
      assert.deepEqual(lines, [
        `* connected ${name} new`,
        "temperature 21 (snapshot)",
        'door/front "open" (snapshot)',
        'log "after"',
      ]);
    });

    test("resumes after a cut without hole or repeat", async () => {
      const { device, lines } = await connected(only);
      for (let i = 0; i < 5; ++i) server.emit("log", i);
      await until("five events", () => device.status().cursor === server.id(5));
      server.refuse = () => (server.cut(), true);
      server.cut();
      for (let i = 5; i < 10; ++i) server.emit("log", i);
      await until("disconnected", () => lines.some((line) => line.startsWith("* disconnected")));
      server.refuse = undefined;
      await until("ten events", () => device.status().cursor === server.id(10));
      assert.deepEqual(
        lines.filter((line) => line.startsWith("log")),
        Array.from({ length: 10 }, (_, i) => `log ${i}`),
      );
      assert.equal(server.asked.at(-1)!.url.searchParams.get("after")!.split("-")[0], "epoch001");
    });

    test("tells a gap, then gives what is left", async () => {
      const { device, lines } = await connected(only);
      server.refuse = () => (server.cut(), true);
      server.cut();
      server.emit("log", "gone");
      server.emit("alarm", "kept");
      server.evict("log");
      await until("disconnected", () => lines.length);
      server.refuse = undefined;
      await until("the rest", () => device.status().cursor === server.id(2));
      assert.deepEqual(lines, [`* disconnected ${name}`, `* connected ${name} gap`, "* gap log", 'alarm "kept"']);
    });

    test("tells a reset, then gives the new epoch's events", async () => {
      const { device, lines } = await connected(only);
      for (let i = 0; i < 5; ++i) server.emit("log", "old");
      await until("five events", () => device.status().cursor === server.id(5));
      lines.length = 0;
      server.restart();
      server.emit("log", "new");
      await until("the new epoch", () => device.status().cursor === server.id(1));
      // A poll can meet the new epoch without having met a broken connection.
      const shown = lines.filter((line) => !line.includes("connected"));
      assert.deepEqual(shown, ["* reset", 'log "new"']);
    });

    test("gives bytes as a Uint8Array", async () => {
      const { lines } = await connected(only);
      server.emit("image", Uint8Array.of(0, 10, 13, 255));
      await until("the bytes", () => lines.length);
      assert.deepEqual(lines, ["image bytes 0,10,13,255"]);
    });

    test("asks for the types that it is to read", async () => {
      const { lines } = await connected({ ...only, events: ["log", "alarm"] });
      server.emit("temperature", 1);
      server.emit("alarm", 2);
      await until("the event", () => lines.length);
      assert.deepEqual(lines, ["alarm 2"]);
    });

    test("closes for good", async () => {
      const { device, lines } = await connected({ ...only, events: ["log"] });
      const witness = await connected(only);
      device.close();
      const asked = () => server.asked.filter(({ url }) => url.searchParams.has("events")).length;
      const before = asked();
      server.cut();
      for (let i = 0; i < 3; ++i) {
        server.emit("log", i);
        await until("what the other device gives", () => witness.lines.includes(`log ${i}`));
      }
      assert.deepEqual([lines, asked(), device.status().state], [[], before, "closed"]);
    });
  });
}

test("the four transports are tried in order until one delivers", async () => {
  server.refuse = ({ transport }, response) => {
    if (transport === "websocket") return true; // a connection that opens and says nothing
    if (transport === "sse") {
      response!.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
      return true;
    }
    if (transport === "long-poll") return !!response!.writeHead(503).end();
    return false;
  };
  const device = connect({ helloTimeoutMs: 60, headStartMs: 200 });
  const lines = record(device);
  await until("connected", () => device.status().state === "connected");
  assert.deepEqual(lines, ["* connected poll new"]);
  assert.deepEqual(
    device.status().attempts.map(({ transport, cause }) => [transport, cause?.replace(/\d+ms$/, "60ms")]),
    [
      ["websocket", "no-hello-in-60ms"],
      ["sse", "buffered"],
      ["long-poll", "http-503"],
      ["poll", undefined],
    ],
  );
});

test("a page in the place of an answer is a failure", async () => {
  server.refuse = (_, response) => !!response?.writeHead(200, { "Content-Type": "text/html" }).end("<p>Log in</p>");
  const device = connect({ transports: ["sse", "long-poll", "poll"] });
  await until("a round", () => device.status().attempts.length >= 3);
  assert.equal(device.status().attempts[0]!.cause, "answered with text/html");
  assert.ok(device.status().attempts.every(({ delivered }) => !delivered));
});

test("use() switches among all four from the cursor on, without hole or repeat", async () => {
  const { device, lines } = await connected();
  const expected: string[] = [];
  let count = 0;
  const flow = setInterval(() => server.emit("log", count++), 3);
  try {
    let from: TransportName = "websocket";
    for (const to of ["poll", "sse", "long-poll", "websocket", "long-poll", "sse", "poll"] as const) {
      device.use(to);
      await until(`${to} delivers`, () => device.status().transport === to);
      expected.push(`* switched ${from} ${to}`);
      const at = count;
      await until("events", () => lines.includes(`log ${at + 3}`));
      from = to;
    }
  } finally {
    clearInterval(flow);
  }
  await until("all", () => device.status().cursor === server.id(count));
  assert.deepEqual(
    lines.filter((line) => line.startsWith("*")),
    expected,
  );
  assert.deepEqual(
    lines.filter((line) => line.startsWith("log")),
    Array.from({ length: count }, (_, i) => `log ${i}`),
  );
  assert.equal(device.status().attempts.length, 8);
});

test("use() from within a handler goes on behind the event that is being handled", async () => {
  const { device, lines } = await connected({ transports: ["poll", "sse"] });
  device.on("log", (data) => data === 1 && device.use("sse"));
  for (let i = 0; i < 4; ++i) server.emit("log", i);
  await until("all", () => device.status().cursor === server.id(4) && device.status().transport === "sse");
  const switched = "* switched poll sse"; // wherever it stands
  assert.ok(lines.includes(switched));
  assert.deepEqual(lines.filter((line) => line !== switched), ["log 0", "log 1", "log 2", "log 3"]);
});

test("the session goes as a subprotocol and as a field, which asks for one where there is none", async () => {
  const { device } = await connected();
  device.use("sse");
  await until("sse", () => device.status().transport === "sse");
  device.use("poll");
  await until("poll", () => device.status().transport === "poll");
  device.use("websocket");
  await until("websocket", () => device.status().transport === "websocket");
  const [first, ...later] = server.asked;
  assert.deepEqual(first!.protocols, ["pushwire.1"]);
  assert.deepEqual(
    later.map(({ protocols, headers }) => protocols[1] ?? headers["pushwire-session"]),
    ["token1", ...later.slice(1, -1).map(() => "token1"), "pushwire.session.token1"],
  );
  const { device: anonymous } = await connected({ transports: ["poll"] });
  await until("another poll", () => server.asked.at(-1)!.headers["pushwire-session"] !== "new");
  const asked = server.asked.map(({ headers }) => headers["pushwire-session"]);
  assert.match(asked.at(-1) as string, /^token/);
  assert.equal(asked.filter((session) => session === "new").length, 1);
  anonymous.close();
});

test("an unchanged poll is answered by 304", async () => {
  const { device, lines } = await connected({ transports: ["poll"] });
  await until("304", () => server.asked.some(({ status }) => status === 304));
  server.emit("log", 1);
  await until("the event", () => lines.length);
  assert.equal(device.status().cursor, server.id(1));
});

test("long-poll asks without a wait first, then with one", async () => {
  await connected({ transports: ["long-poll"] });
  await until("two requests", () => server.asked.length > 1);
  assert.deepEqual(
    server.asked.map(({ url }) => url.searchParams.get("wait_ms")),
    ["0", "25000"],
  );
});

test("an answer that says more is followed at once", async () => {
  let asked = 0;
  server.refuse = (_, response) => {
    const id = server.id(++asked);
    const events = [{ id, event: "log", data: asked }];
    return !!response!.end(JSON.stringify({ resume: "ok", events, cursor: id, more: asked < 5 }));
  };
  const device = connect({ transports: ["poll"], pollIntervalMs: 60_000 });
  await until("five answers", () => device.status().cursor === server.id(5));
});

test("Retry-After is handed on, in milliseconds", async () => {
  server.refuse = (_, response) => !!response!.writeHead(503, { "Retry-After": "7" }).end();
  const nothing = () => undefined;
  const reading: Reading = {
    base: new URL(server.base),
    pauseMs: 50,
    events: nothing,
    fresh: () => [],
    cursor: nothing,
    session: nothing,
    meet: nothing,
    beatMs: nothing,
  };
  for (const transport of [sse, longPoll, poll]) {
    const ended = await new Promise<unknown[]>((resolve) => {
      transport.open(reading, { opened() {}, heard() {}, item() {}, ended: (...what) => resolve(what) });
    });
    assert.deepEqual(ended, ["http-503", { afterMs: 7000, down: true }]);
  }
});

for (const name of ["websocket", "sse"] as const) {
  test(`a bye by ${name} is honored, and the cursor kept`, async () => {
    const { device, lines } = await connected({ transports: [name] });
    server.emit("log", 1);
    await until("the event", () => lines.length);
    let retryMs: number | undefined;
    device.once("disconnected", (what) => (retryMs = what.retryMs));
    server.control("bye", { reason: "shutdown", reconnect: "resume", after_ms: 77 });
    const at = Date.now();
    await until("connected", () => lines.length === 3);
    assert.ok(Date.now() - at >= 76);
    assert.deepEqual([retryMs, server.asked.at(-1)!.url.searchParams.get("after")], [77, server.id(1)]);
    assert.deepEqual(lines.slice(1), [`* disconnected ${name}`, `* connected ${name} ok`]);
    assert.equal(device.status().attempts[0]!.cause, "bye-shutdown");
  });
}
