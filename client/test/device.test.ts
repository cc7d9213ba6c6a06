// What a device gives to its page, with transports that the test plays itself and a clock that it turns.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { RequestError } from "../src/outbox.js";
import type { Item, TransportName } from "../src/transports/transport.js";
import { begin, device, greet, hello, log, pass, setUp, settle, tearDown, wire } from "./played.js";

beforeEach(setUp);
afterEach(tearDown);

test("an event before hello is a failure of the transport", async () => {
  const lines = begin((listener, name) => (name === "websocket" ? listener.item(log(1)) : greet(listener)));
  await settle();
  assert.deepEqual(lines, ["* connected sse ok"]);
  assert.match(device.status().attempts[0]!.cause!, /malformed: hello/);
});

test("a protocol that is not ours is a failure of the transport", async () => {
  begin((listener) => listener.item(hello({ protocol: 2 })));
  await settle();
  assert.deepEqual(new Set(device.status().attempts.map(({ cause }) => cause)), new Set(["protocol 2"]));
  assert.deepEqual(wire.names, ["websocket", "sse", "long-poll", "poll"]);
});

test("a bye that asks for a fresh start drops the cursor, keeps the session, and is told as a reset", async () => {
  const lines = begin(greet);
  await pass(6000);
  wire.last.listener.item(log(5));
  wire.last.listener.item({ control: "bye", reason: "policy", reconnect: "fresh", after_ms: 100 });
  wire.script = (listener) => {
    listener.item(hello({ resume: "new", cursor: undefined }));
    listener.item({ ...log(5), snapshot: true } as Item);
  };
  await pass(100);
  assert.deepEqual([wire.last.after, wire.last.session], [undefined, "token"]);
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
  assert.deepEqual(last, ["bye-policy", undefined]);
  assert.deepEqual([device.status().state, lines.length], ["closed", 2]);
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

test("a reset is told once, when it comes behind its hello; a later one is another", async () => {
  const lines = begin((listener) => listener.item(hello({ resume: "reset", cursor: "f-0" })));
  await settle();
  const say = (...items: Item[]) => items.forEach((item) => wire.last.listener.item(item));
  say({ control: "reset", cursor: "f-0" }, { control: "reset", cursor: "g-0" }, { id: "g-1", event: "log", data: 1 });
  assert.deepEqual(lines, ["* connected websocket reset", "* reset", "* reset", "log 1"]);
});

test("a stream that is cut between a hello and its reset leaves the cursor that will be reset", async () => {
  begin(greet);
  await settle();
  wire.last.listener.item(log(7));
  wire.script = (listener) => listener.item(hello({ resume: "reset", cursor: "f-0" }));
  wire.last.listener.ended("cut");
  await pass(1000);
  assert.equal(device.status().state, "connected");
  wire.last.listener.ended("cut");
  await pass(3000);
  assert.equal(wire.last.after, "e-7");
});

test("a subscription that changes is said in-band where that goes, with the types whose states are lacking", async () => {
  const lines = begin(greet, { events: ["log"] });
  await settle();
  device.subscribe(["log", "door", "sensor.*"]);
  assert.deepEqual(wire.last.said.at(-1), { subscribe: ["door", "log", "sensor.*"], fresh: ["door", "sensor.*"] });
  device.subscribe(["log", "door", "sensor.*"]);
  assert.equal(wire.last.said.length, 2, "the hello's ping, and one change");
  wire.last.listener.ended("cut");
  await pass(1000);
  assert.deepEqual(wire.last.fresh, ["door", "sensor.*"], "asked for again, since they have not come");
  assert.deepEqual(wire.last.events, ["door", "log", "sensor.*"]);
  assert.deepEqual(lines, ["* connected websocket ok", "* disconnected websocket", "* connected websocket ok"]);
});

test("states that were asked for in-band have come when the snapshot behind the last confirmation ends", async () => {
  begin(greet, { events: ["log"] });
  await settle();
  const { listener } = wire.last;
  device.subscribe(["log", "door"]);
  device.subscribe(["log", "door", "light"]);
  listener.item({ control: "subscribed", cursor: "e-1" });
  listener.item({ control: "live", cursor: "e-1" }); // of the first
  listener.ended("cut");
  await pass(1000);
  assert.deepEqual(wire.last.fresh, ["door", "light"]);
});

test("where a subscription cannot be said in-band, another conversation reads on with it, and the old one is over", async () => {
  const lines = begin((listener, name) => name === "sse" && greet(listener), { events: ["log"] });
  await pass(2000);
  const [old] = wire.of("sse");
  old!.listener.item(log(3));
  device.subscribe(undefined);
  old!.listener.item({ control: "ping", cursor: "e-9" }); // what came between for others must not be passed
  await settle();
  assert.deepEqual([wire.last.name, wire.last.events, wire.last.fresh, wire.last.after], ["sse", undefined, ["*"], "e-3"]);
  assert.deepEqual(wire.open, ["sse"]);
  assert.deepEqual(lines, ["* connected sse ok", "log 3"]);
});

test("states of a type that was not wanted for a while are given again", async () => {
  const lines = begin(greet);
  await settle();
  const door = log(2, { event: "door", key: "a", snapshot: true });
  wire.last.listener.item(door);
  device.subscribe(["log"]);
  device.subscribe(["log", "door"]);
  wire.last.listener.item(door);
  assert.deepEqual(lines.slice(1), ["door/a 2 (snapshot)", "door/a 2 (snapshot)"]);
});

test("names that a server would refuse are refused at once", async () => {
  begin(greet);
  for (const name of ["", "a b", ".a", "a*", "*.a", "ä", "x".repeat(200)]) {
    assert.throws(() => device.subscribe(["log", name]), { name: "TypeError", message: `not an event type: ${name}` });
  }
  device.subscribe(["a", "sensor.*", "*", "A:b_c-d.e"]);
});

test("events that are not wanted any more are not given, but passed", async () => {
  const lines = begin(greet);
  await settle();
  device.subscribe(["door"]);
  wire.last.listener.item(log(4));
  assert.deepEqual([lines.length, device.status().cursor], [1, "e-4"]);
});

test("a request is answered when the events before its reply have come", async () => {
  begin(greet);
  await settle();
  const { listener, said } = wire.last;
  const reply = device.request("setpoint", 21.5);
  let done = false;
  reply.then(() => (done = true));
  const { id, ...frame } = said.at(-1);
  assert.deepEqual(frame, { request: "setpoint", data: 21.5 });
  listener.item({ reply: id, data: 22, cursor: "e-2" } as unknown as Item);
  listener.item(log(1));
  await settle();
  assert.equal(done, false);
  listener.item(log(2));
  await settle();
  assert.deepEqual([done, await reply], [true, 22]);
});

test("a request fails with the host's error, in time, when it is aborted, and when the device is closed", async () => {
  begin(greet);
  await settle();
  const { listener, said } = wire.last;
  const failed = (promise: Promise<unknown>) => promise.then(
      () => assert.fail("it was answered"),
      (error) => (error instanceof RequestError ? error.code : error.name),
    );
  const refused = failed(device.request("a"));
  listener.item({ reply: said.at(-1).id, error: { code: "unknown-name", message: "no" } } as unknown as Item);
  assert.equal(await refused, "unknown-name");
  const late = failed(device.request("b", null, { timeout: 300 }));
  await pass(300);
  assert.equal(await late, "timeout");
  const abort = new AbortController();
  const aborted = failed(device.request("c", null, { signal: abort.signal }));
  abort.abort();
  assert.equal(await aborted, "AbortError");
  const closed = failed(device.request("d"));
  device.close();
  assert.equal(await closed, "closed");
  assert.equal(await failed(device.request("e")), "closed");
});

test("a malformed id or cursor ends the conversation, and is no event", async () => {
  const lines = begin(greet, { backoffMs: [1, 1], transports: ["websocket"] });
  const malformed: Item[] = [
    log(1, { id: "e-007" }),
    log(1, { id: 1 }),
    { control: "ping", cursor: "e" },
    { control: "gap", types: ["log"], from: "e-1", to: "e 2" },
    { control: "reset", cursor: "-1" },
  ];
  for (const item of malformed) {
    await pass(10_000);
    wire.last.listener.item(item);
    await settle();
    assert.match(device.status().attempts.at(-1)!.cause!, /not a cursor/);
  }
  assert.deepEqual(new Set(lines), new Set(["* connected websocket ok", "* disconnected websocket"]));
});

test("what is no JSON, or no item, ends the conversation", async () => {
  begin(greet, { backoffMs: [1, 1], transports: ["websocket"] });
  for (const text of ["{", "", "null"]) {
    await pass(10_000);
    wire.last.listener.item(text);
    await settle();
    assert.ok(device.status().attempts.at(-1)!.cause);
  }
  assert.equal(wire.opened.length, 3);
});

test("a hello that promises no heartbeat is malformed, and what it offers may be anything", async () => {
  const heartbeats = [undefined, 0, -1, "x"];
  begin((listener) => {
    const heartbeat_ms = heartbeats.shift();
    listener.item(hello(heartbeats.length ? { heartbeat_ms } : { transports: 5 }));
  });
  await pass(1000);
  assert.deepEqual(
    device.status().attempts.map(({ cause }) => cause),
    ["malformed: hello", "malformed: hello", "malformed: hello", undefined],
  );
  wire.last.listener.ended("cut");
  wire.script = greet;
  await pass(20_000);
  assert.equal(device.status().state, "connected");
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

test("use() of the transport that is in use changes nothing", async () => {
  begin(greet);
  await settle();
  device.use("websocket");
  await pass(1000);
  assert.equal(wire.opened.length, 1);
  assert.throws(() => device.use("toString" as TransportName), /not a transport/);
  await pass(1000);
  assert.equal(device.status().transport, "websocket");
});

test("a connection that use() waited for is missed like any other when it is lost", async () => {
  const lines = begin(() => {});
  await settle();
  device.use("websocket");
  await settle();
  greet(wire.last.listener);
  wire.last.listener.ended("cut");
  await settle();
  assert.deepEqual(lines, ["* connected websocket ok", "* disconnected websocket"]);
  assert.equal(device.status().state, "waiting");
});
