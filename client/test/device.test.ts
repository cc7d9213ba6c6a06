// What a device decides, with transports that the test plays itself and a clock that it turns.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { makeDevice, type Device, type Options } from "../src/device.js";
import type { Item, Listener, Reading, Transport, TransportName } from "../src/transports/transport.js";
import { record } from "./waiting.js";

class Played {
  opened: { at: number; name: TransportName; after?: string; session?: string; listener: Listener; closed: boolean }[] =
    [];
  /** What happens to a conversation as soon as it begins. */
  script: (listener: Listener, name: TransportName) => void = () => {};

  as(name: TransportName): Transport {
    return {
      open: (reading: Reading, listener: Listener) => {
        assert.ok(
          this.opened.every(({ closed }) => closed),
          "two conversations at once",
        );
        const record = {
          at: Date.now(),
          name,
          after: reading.cursor(),
          session: reading.session(),
          listener,
          closed: false,
        };
        this.opened.push(record);
        queueMicrotask(() => this.script(listener, name));
        return { close: () => void (record.closed = true) };
      },
    };
  }

  get last() {
    return this.opened[this.opened.length - 1]!;
  }

  get names() {
    return this.opened.map(({ name }) => name);
  }
}

let wire: Played;
let device: Device;

const hello = (more: object = {}): Item => ({
  control: "hello",
  protocol: 1,
  session: "token",
  session_state: "new",
  resume: "ok",
  cursor: "e-0",
  heartbeat_ms: 1000,
  ...more,
});
const log = (sequence: number, more: object = {}): Item => ({
  id: `e-${sequence}`,
  event: "log",
  data: sequence,
  ...more,
});
const greet = (listener: Listener) => listener.item(hello());
const refuse = (listener: Listener) => listener.ended("refused");

async function settle(): Promise<void> {
  for (let i = 0; i < 50; ++i) await Promise.resolve();
}

/** Turns the clock in small steps, letting everything that becomes due happen. */
async function pass(ms: number, step = 50): Promise<void> {
  await settle();
  for (let passed = 0; passed < ms; passed += step) {
    mock.timers.tick(Math.min(step, ms - passed));
    await settle();
  }
}

function begin(script: Played["script"], options: Options = {}): string[] {
  wire.script = script;
  device = makeDevice(new URL("http://fake/pushwire/"), options, {
    websocket: wire.as("websocket"),
    sse: wire.as("sse"),
    "long-poll": wire.as("long-poll"),
    poll: wire.as("poll"),
  });
  return record(device);
}

beforeEach(() => {
  wire = new Played();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  mock.method(Math, "random", () => 0.5);
  mock.method(console, "error", () => {});
});

afterEach(() => {
  device.close();
  mock.timers.reset();
  mock.restoreAll();
});

test("hello that does not come in time makes the next transport's turn", async () => {
  const lines = begin((listener, name) => name === "sse" && greet(listener));
  await pass(3950);
  assert.deepEqual(wire.names, ["websocket"]);
  await pass(100);
  assert.deepEqual(lines, ["* connected sse ok"]);
  assert.deepEqual(
    device.status().attempts.map(({ cause }) => cause),
    ["nothing delivered within 4000 ms", undefined],
  );
});

test("an event before hello is a failure of the transport", async () => {
  const lines = begin((listener, name) => {
    if (name !== "websocket") return greet(listener);
    assert.throws(() => listener.item(log(1)), /hello/);
    listener.ended("malformed");
  });
  await settle();
  assert.deepEqual(lines, ["* connected sse ok"]);
});

test("a protocol that is not ours is a failure of the transport", async () => {
  begin((listener) => assert.throws(() => listener.item(hello({ protocol: 2 })), /protocol 2/));
  await settle();
  assert.equal(device.status().state, "connecting");
});

test("rounds that fail back off, and begin at the top", async () => {
  begin(refuse);
  await pass(60_000);
  const starts = wire.opened.filter(({ name }) => name === "websocket").map(({ at }) => at);
  const gaps = starts.slice(1).map((at, i) => at - starts[i]!);
  assert.deepEqual(gaps.slice(0, 6), [250, 500, 1000, 2000, 4000, 8000]);
  assert.ok(gaps.slice(6).every((gap) => gap === 10_000));
  assert.deepEqual(wire.names.slice(0, 8), [
    "websocket",
    "sse",
    "long-poll",
    "poll",
    "websocket",
    "sse",
    "long-poll",
    "poll",
  ]);
  assert.equal(device.status().attempts.length, 20, "the list is bounded");
});

test("the server's wish not to be asked holds the next round back", async () => {
  begin((listener, name) => listener.ended("HTTP 503", name === "sse" ? 7000 : undefined));
  await pass(6950);
  assert.equal(wire.opened.length, 4);
  await pass(50);
  assert.equal(wire.opened.length, 8);
});

test("a server that greets and hangs up at once makes no hot loop", async () => {
  begin((listener) => (greet(listener), listener.ended("closed with 1006")));
  await pass(60_000);
  assert.ok(wire.opened.length < 15, `${wire.opened.length} attempts in a minute`);
});

test("advice to come back at once makes no hot loop", async () => {
  const bye = { control: "bye", reason: "idle", reconnect: "resume", after_ms: 0 };
  begin((listener) => (greet(listener), listener.item(bye)));
  await pass(60_000);
  assert.ok(wire.opened.length < 15, `${wire.opened.length} attempts in a minute`);
});

test("the transport that worked is tried first, and every fourth time the top", async () => {
  begin((listener, name) => (name === "sse" ? greet(listener) : listener.ended("refused")));
  await settle();
  for (let i = 0; i < 4; ++i) {
    await pass(6000);
    wire.last.listener.ended("cut");
    await pass(600);
  }
  assert.deepEqual(wire.names, ["websocket", "sse", "sse", "sse", "sse", "websocket", "sse"]);
});

test("a connection that was steady comes back with a short delay", async () => {
  begin(greet);
  for (let i = 0; i < 5; ++i) {
    await pass(6000);
    wire.last.listener.ended("cut");
    await pass(300);
  }
  assert.equal(wire.opened.length, 6);
});

test("a bye is followed to the millisecond, and resumes", async () => {
  const lines = begin(greet);
  await pass(6000);
  wire.last.listener.item(log(5));
  wire.last.listener.item({ control: "bye", reason: "shutdown", reconnect: "resume", after_ms: 1234 });
  await pass(1233, 1);
  assert.equal(wire.opened.length, 1);
  assert.deepEqual(device.status().state, "waiting");
  await pass(1);
  assert.deepEqual([wire.last.after, wire.last.session], ["e-5", "token"]);
  assert.deepEqual(lines, [
    "* connected websocket ok",
    "log 5",
    "* disconnected websocket",
    "* connected websocket ok",
  ]);
});

test("a bye that asks for a fresh start drops cursor and session, and is told as a reset", async () => {
  const lines = begin(greet);
  await pass(6000);
  wire.last.listener.item(log(5));
  wire.last.listener.item({ control: "bye", reason: "policy", reconnect: "fresh", after_ms: 100 });
  wire.script = (listener) => {
    listener.item(hello({ resume: "new", cursor: undefined }));
    listener.item({ ...log(5), snapshot: true } as Item);
  };
  await pass(100);
  assert.deepEqual([wire.last.after, wire.last.session], [undefined, undefined]);
  assert.deepEqual(lines.slice(2), [
    "* disconnected websocket",
    "* connected websocket new",
    "* reset",
    "log 5 (snapshot)",
  ]);
});

test("a bye that says never ends it", async () => {
  const lines = begin(greet);
  const last: unknown[] = [];
  device.on("disconnected", ({ cause, retryMs }) => last.push(cause, retryMs));
  await settle();
  wire.last.listener.item({ control: "bye", reason: "policy", reconnect: "never", after_ms: 0 });
  await pass(60_000);
  assert.equal(wire.opened.length, 1);
  assert.deepEqual(last, ["bye: policy", undefined]);
  assert.deepEqual([device.status().state, lines.length], ["closed", 2]);
});

test("a stream that falls silent is dead after two heartbeats and five seconds", async () => {
  begin(greet, { transports: ["sse"] });
  await pass(6500);
  wire.last.listener.heard();
  await pass(6900);
  assert.equal(wire.opened.length, 1);
  await pass(3000);
  assert.equal(wire.opened.length, 2);
  assert.match(device.status().attempts[0]!.cause!, /^silent for \d+ ms$/);
});

test("ping and live move the cursor, never back", async () => {
  begin(greet);
  await settle();
  const say = (control: string, cursor: string) => wire.last.listener.item({ control, cursor });
  say("live", "e-7");
  say("ping", "e-9");
  say("ping", "e-8");
  assert.equal(device.status().cursor, "e-9");
});

test("a snapshot that was cut is given again without repeats", async () => {
  const lines = begin((listener) => listener.item(hello({ resume: "new", cursor: undefined })));
  await settle();
  const state = (sequence: number, key: string): Item => log(sequence, { key, snapshot: true });
  wire.last.listener.item(state(1, "a"));
  wire.last.listener.item(state(2, "b"));
  wire.last.listener.ended("cut");
  await pass(300);
  assert.equal(wire.last.after, undefined, "still a newcomer");
  for (const item of [state(2, "b"), state(3, "a"), state(4, "c")]) wire.last.listener.item(item);
  wire.last.listener.item({ control: "live", cursor: "e-4" });
  assert.equal(device.status().cursor, "e-4");
  assert.deepEqual(
    lines.filter((line) => line.startsWith("log")),
    ["log/a 1 (snapshot)", "log/b 2 (snapshot)", "log/a 3 (snapshot)", "log/c 4 (snapshot)"],
  );
});

test("a reset that hello and an item tell is told once; a later one is another", async () => {
  const lines = begin((listener) => listener.item(hello({ resume: "reset", cursor: "f-0" })));
  await settle();
  const say = (...items: Item[]) => items.forEach((item) => wire.last.listener.item(item));
  say({ control: "reset", cursor: "f-0" }, { control: "reset", cursor: "g-0" }, { id: "g-1", event: "log", data: 1 });
  assert.deepEqual(lines, ["* connected websocket reset", "* reset", "* reset", "log 1"]);
  wire.last.listener.ended("cut");
  await pass(300);
  lines.length = 0;
  say({ id: "f-1", event: "log", data: 2 }, { control: "reset", cursor: "g-0" }, { id: "g-1", event: "log", data: 3 });
  assert.deepEqual(lines, ["log 2", "* reset", "log 3"]);
});

test("a malformed id is an error, and no event", async () => {
  const lines = begin(greet);
  await settle();
  assert.throws(() => wire.last.listener.item({ id: "e-007", event: "log", data: 1 }), /not a cursor/);
  assert.deepEqual(lines, ["* connected websocket ok"]);
});

test("a handler that throws stops no other, and no event", async () => {
  const lines = begin(greet);
  const heard: unknown[] = [];
  device.on("log", () => assert.fail("thrown by a handler"));
  device.on("log", (data, { id }) => heard.push(data, id));
  await settle();
  wire.last.listener.item(log(1));
  wire.last.listener.item(log(2));
  assert.deepEqual(heard, [1, "e-1", 2, "e-2"]);
  assert.deepEqual(lines.slice(1), ["log 1", "log 2"]);
  assert.equal((console.error as unknown as { mock: { calls: unknown[] } }).mock.calls.length, 2);
});

test("on, once and off, and a handler is held once", async () => {
  begin(greet);
  const heard: string[] = [];
  const twice = () => heard.push("twice");
  const gone = () => heard.push("gone");
  device.on("log", twice);
  device.on("log", twice);
  device.once("log", () => heard.push("once"));
  const end = device.on("log", gone);
  end();
  device.on("log", gone);
  device.off("log", gone);
  await settle();
  wire.last.listener.item(log(1));
  wire.last.listener.item(log(2));
  assert.deepEqual(heard, ["twice", "once", "twice"]);
  device.off("log");
  wire.last.listener.item(log(3));
  assert.equal(heard.length, 3);
});

test("a host's event type that is called like an event of the connection is reached by event:", async () => {
  begin(greet);
  const heard: unknown[] = [];
  device.on("event:connected", (data) => heard.push(data));
  device.on("event:log", (data) => heard.push(data));
  await settle();
  wire.last.listener.item({ id: "e-1", event: "connected", data: "by cable" });
  wire.last.listener.item(log(2));
  assert.deepEqual(heard, ["by cable", 2]);
});

test("close() within a handler ends everything at once", async () => {
  begin(greet);
  const heard: unknown[] = [];
  device.on("log", () => device.close());
  device.on("log", (data) => heard.push(data));
  device.onAny(({ data }) => heard.push(data));
  await settle();
  wire.last.listener.item(log(1));
  wire.last.listener.item(log(2));
  await pass(60_000);
  assert.deepEqual([heard, wire.opened.length, wire.last.closed], [[], 1, true]);
});

test("use() ends a wait, keeps to its transport, and says when that fails", async () => {
  const lines = begin(greet);
  await settle();
  wire.script = refuse;
  device.use("long-poll");
  await pass(20_000);
  assert.ok(wire.names.slice(1).every((name) => name === "long-poll"));
  assert.deepEqual(lines, ["* connected websocket ok", "* disconnected websocket"]);
  wire.script = greet;
  device.use("poll");
  await settle();
  assert.deepEqual(lines.slice(2), ["* connected poll ok", "* switched websocket poll"]);
  device.use("auto");
  await settle();
  assert.deepEqual([device.status().transport, lines.at(-1)], ["websocket", "* switched poll websocket"]);
});

test("use() of the transport that is in use changes nothing", async () => {
  begin(greet);
  await settle();
  device.use("websocket");
  await pass(1000);
  assert.equal(wire.opened.length, 1);
  assert.throws(() => device.use("toString" as TransportName), /no such transport/);
});

test("use() of the transport that is being tried lets it go on, and keeps to it", async () => {
  begin(() => {});
  await settle();
  device.use("websocket");
  await pass(3950);
  assert.deepEqual(wire.names, ["websocket"]);
  await pass(100);
  assert.deepEqual(wire.names, ["websocket", "websocket"]);
});

test("a connection that use() waited for is missed like any other when it is lost", async () => {
  const lines = begin(() => {});
  await settle();
  device.use("websocket");
  greet(wire.last.listener);
  wire.last.listener.ended("cut");
  await settle();
  assert.deepEqual(lines, ["* connected websocket ok", "* disconnected websocket"]);
  assert.equal(device.status().state, "waiting");
});
