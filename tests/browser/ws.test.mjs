// A WebSocket client that we did not write, in Node; and a raw one for what no honest client would send.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { WebSocket } from "ws";
import { Host } from "./support/host.mjs";
import { opcodes, RawWebSocket } from "./support/raw-websocket.mjs";
import { readWebSocket } from "./support/readers.mjs";
import { until, within } from "./support/until.mjs";

async function start(t, ...args) {
  const host = await Host.start(t, ...args);
  await host.askAll("type counter history 1000", "type temperature latest", "type blob bytes 10");
  return host;
}

/** A reader that has its hello. */
async function open(t, host, { query = "", protocols = [] } = {}) {
  const address = `${host.address.replace("http", "ws")}/pushwire/websocket${query}`;
  const { seen, socket } = readWebSocket(WebSocket, address, protocols);
  t.after(() => socket.terminate());
  await until("hello", () => seen.frames.length > 0);
  return { seen, socket, say: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)) };
}

const find = (seen, what, condition) => until(what, () => seen.frames.find(condition));
const control = (kind) => (frame) => frame.control === kind;

test("hello comes first, with and without the subprotocol; pushwire.1 is selected where offered", async (t) => {
  const host = await start(t);
  await host.ask("emit temperature 21.5");
  const plain = await open(t, host);
  assert.equal(plain.seen.protocol, "");
  const named = await open(t, host, { protocols: ["chat", "pushwire.1"] });
  assert.equal(named.seen.protocol, "pushwire.1");
  for (const { seen } of [plain, named]) {
    await find(seen, "live", control("live"));
    const [hello, state, live] = seen.frames;
    assert.equal(hello.control, "hello");
    assert.equal(hello.session_state, "new");
    assert.equal(hello.resume, "new");
    assert.deepEqual(state, { id: live.cursor, event: "temperature", snapshot: true, data: 21.5 });
  }
});

test("a session that is handed in as a subprotocol is resumed, and never selected", async (t) => {
  const host = await start(t);
  const { session } = (await open(t, host)).seen.frames[0];
  const again = await open(t, host, { protocols: [`pushwire.session.${session}`, "pushwire.1"] });
  assert.equal(again.seen.protocol, "pushwire.1");
  assert.equal(again.seen.frames[0].session, session);
  assert.equal(again.seen.frames[0].session_state, "resumed");
  const forged = await open(t, host, { protocols: [`pushwire.session.${"A".repeat(43)}`, "pushwire.1"] });
  assert.equal(forged.seen.frames[0].session_state, "expired");
  assert.notEqual(forged.seen.frames[0].session, session);
});

test("events are text frames; a payload of bytes is a binary frame with its head before it", async (t) => {
  const host = await start(t);
  const { seen } = await open(t, host);
  await host.askAll("emit counter 5", "bytes blob 0a00ff0a");
  const { cursor } = await find(seen, "live", control("live"));
  const id = (sequence) => cursor.replace(/\d+$/, sequence);
  await until("both", () => seen.frames.length === 4);
  assert.deepEqual(seen.frames.slice(2), [
    { id: id(1), event: "counter", data: 5 },
    { id: id(2), event: "blob", data: [10, 0, 255, 10] },
  ]);
});

test("?after= resumes behind that event", async (t) => {
  const host = await start(t);
  const first = await open(t, host);
  await host.ask("burst counter 0 10");
  const { id } = await find(first.seen, "the fourth", ({ data }) => data === 3);
  const { seen } = await open(t, host, { query: `?after=${id}` });
  await find(seen, "the last", ({ data }) => data === 9);
  assert.equal(seen.frames[0].resume, "ok");
  assert.equal(seen.frames[0].cursor, id);
  assert.deepEqual(seen.frames.slice(1).map(({ data }) => data), [4, 5, 6, 7, 8, 9]);
});

test("a ping frame gets its pong, and a ping of the protocol's own a ping with the cursor", async (t) => {
  const host = await start(t);
  const { seen, socket, say } = await open(t, host);
  socket.ping("are you there");
  const [payload] = await within("a pong", once(socket, "pong"));
  assert.equal(payload.toString(), "are you there");
  await host.ask("emit counter 1");
  const { id } = await find(seen, "the event", ({ event }) => event === "counter");
  say({ control: "ping" });
  assert.equal((await find(seen, "a ping", control("ping"))).cursor, id);
});

test("a quiet stream is pinged within its heartbeat", async (t) => {
  const host = await start(t, "--heartbeat-ms", "1000");
  const { seen } = await open(t, host);
  assert.equal(seen.frames[0].heartbeat_ms, 1000);
  await until("two pings", () => seen.frames.filter(control("ping")).length === 2);
});

test("a subscribe frame replaces the subscription, from where subscribed stands in the stream", async (t) => {
  const host = await start(t);
  const { seen, say } = await open(t, host, { query: "?events=counter" });
  await host.askAll("emit temperature 1", "emit counter 1");
  await find(seen, "the counter", ({ event }) => event === "counter");
  say({ subscribe: ["temp*", "blob"] });
  await find(seen, "a refusal of what is no pattern", ({ error }) => error?.code === "bad-frame");
  say({ subscribe: ["temperature", "blob"], fresh: ["temperature"] });
  const subscribed = await find(seen, "subscribed", control("subscribed"));
  assert.deepEqual(subscribed.events.sort(), ["blob", "temperature"]);
  await host.askAll("emit counter 2", "emit temperature 2");
  await find(seen, "news", ({ event, snapshot }) => event === "temperature" && !snapshot);
  const told = seen.frames.filter(({ event }) => event).map(({ event, data, snapshot }) => [event, data, !!snapshot]);
  assert.deepEqual(told, [
    ["counter", 1, false],
    ["temperature", 1, true],
    ["temperature", 2, false],
  ]);
});

test("a request that nobody handles, and a frame that is none, are answered and end nothing", async (t) => {
  const host = await start(t);
  const { seen, say } = await open(t, host);
  say({ request: "launch", id: 7, data: { now: true } });
  const reply = await find(seen, "a reply", ({ reply }) => reply === 7);
  assert.equal(reply.error.code, "unknown-name");
  assert.match(reply.error.message, /launch/);
  say("{not json");
  const bad = await find(seen, "a reply to nothing", (frame) => frame.reply === null);
  assert.equal(bad.error.code, "bad-frame");
  await host.ask("emit counter 1");
  await find(seen, "an event all the same", ({ event }) => event === "counter");
});

test("a stop says bye with all that was emitted before it, and closes with 1012", async (t) => {
  const host = await start(t);
  const { seen } = await open(t, host);
  await host.askAll("burst counter 0 100", "stop");
  await until("the close", () => seen.closed);
  assert.equal(seen.closed.code, 1012);
  const bye = seen.frames.at(-1);
  assert.deepEqual({ ...bye, after_ms: 0 }, { control: "bye", reason: "shutdown", reconnect: "resume", after_ms: 0 });
  assert.equal(seen.frames.filter(({ event }) => event === "counter").length, 100);
});

test("a client's close is answered in kind", async (t) => {
  const host = await start(t);
  const { seen, socket } = await open(t, host);
  socket.close(1000, "done");
  await until("the close", () => seen.closed);
  assert.equal(seen.closed.code, 1000);
  await until("no conversation", async () => (await host.conversations("websocket")) === 0);
});

test("a message over the limit is refused with 1009 by its announced length", async (t) => {
  const host = await start(t);
  const { seen, say } = await open(t, host);
  say(JSON.stringify({ request: "launch", id: 1, data: "x".repeat(60_000) }));
  await find(seen, "a reply to what is within the limit", ({ reply }) => reply === 1);
  say("x".repeat(65_537));
  await until("the close", () => seen.closed);
  assert.equal(seen.closed.code, 1009);

  const raw = await RawWebSocket.open(t, host.address);
  raw.write(0x81, 0xff, Buffer.from("7fffffffffffffff", "hex"), Buffer.alloc(4));
  assert.equal(await raw.closeCode(), 1009, "before a byte of it has come");
});

const text = Buffer.from('{"control":"ping"}');
const violations = [
  ["an unmasked frame", (raw) => raw.write(0x81, text.length, text), 1002],
  ["a reserved bit", (raw) => raw.write(0xc1, 0x80 | text.length, Buffer.alloc(4), text), 1002],
  ["a reserved opcode", (raw) => raw.send(3, text), 1002],
  ["a fragmented ping", (raw) => raw.write(opcodes.ping, 0x80, Buffer.alloc(4)), 1002],
  ["an oversized ping", (raw) => raw.write(0x89, 0xfe, 0, 126, Buffer.alloc(4 + 126)), 1002],
  ["a continuation of nothing", (raw) => raw.send(opcodes.continuation, text), 1002],
  ["text that is not UTF-8", (raw) => raw.send(opcodes.text, Buffer.from([0xc3, 0x28])), 1007],
];
for (const [what, send, code] of violations) {
  test(`${what} ends the connection with ${code}`, async (t) => {
    const host = await start(t);
    const raw = await RawWebSocket.open(t, host.address);
    assert.match(raw.head, /^HTTP\/1\.1 101 /);
    assert.match(raw.head, /sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i);
    send(raw);
    assert.equal(await raw.closeCode(), code);
    await until("the end of the connection", () => raw.ended);
  });
}
