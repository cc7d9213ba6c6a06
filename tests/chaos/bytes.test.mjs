// Faults of the bytes that pass: what is held back, cut, split or late.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../browser/support/until.mjs";
import { heard, settle, start, webSocket } from "./support/rig.mjs";
import { RawClient } from "./support/upstream.mjs";

const head = (client) => client.text.slice(0, client.text.indexOf("\r\n\r\n"));

test("buffer until the end: with the head passed, or held too", async (t) => {
  for (const held of ["pass", "hold"]) {
    const { upstream, proxy, client } = await start(t, { kind: "buffer", until: "end", head: held });
    client.get("/pushwire/sse");
    await until("the stream", () => upstream.streams.size === 1);
    upstream.say("data: 1\n\n");
    await settle(t, proxy);
    if (held === "pass") await client.receives("200 OK");
    assert.equal(client.text.includes("200 OK"), held === "pass");
    assert.doesNotMatch(client.text, /data/);
    upstream.finish();
    await client.receives("data: 1");
    assert.match(client.text, /0\r\n\r\n$/);
    await heard(webSocket(t, proxy), "hello"); // behind a 101 only where told
  }
});

test("buffer by size passes wholes of it, by time what has come; taken away, all that is held", async (t) => {
  const { upstream, proxy, client } = await start(t, { kind: "buffer", bytes: 100 });
  client.get("/pushwire/sse");
  await until("the stream", () => upstream.streams.size === 1);
  const body = () => client.text.length - head(client).length - 4;
  upstream.say("x".repeat(90));
  await settle(t, proxy);
  assert.equal(body(), 0);
  upstream.say("y".repeat(170));
  await until("two wholes", () => body() === 200);
  proxy.clear();
  await client.receives("y\r\n");
  proxy.faults.add({ kind: "buffer", ms: 120 });
  upstream.say("zz");
  upstream.say("ZZ");
  await settle(t, proxy);
  assert.doesNotMatch(client.text, /z/);
  await client.receives("ZZ");
});

test("buffer with passBytes: what comes first passes, what follows does not", async (t) => {
  const { upstream, proxy, client } = await start(t, { kind: "buffer", until: "end", passBytes: 30 });
  client.get("/pushwire/sse");
  await until("the stream", () => upstream.streams.size === 1);
  upstream.say("data: first\n\n");
  await client.receives("first");
  upstream.say("data: second\n\n");
  await settle(t, proxy);
  assert.doesNotMatch(client.text, /second/);
  upstream.finish();
  await client.receives("second");
});

test("cut-after: exactly so many bytes of the response, wherever that is", async (t) => {
  for (const bytes of [1, 40, 130, 170]) {
    const { upstream, client } = await start(t, { kind: "cut-after", bytes, on: "sse" });
    client.get("/pushwire/sse");
    until("the stream", () => upstream.streams.size === 1, 1000).then(() => upstream.say("€".repeat(100)), () => {});
    assert.equal(await client.end(), "FIN");
    assert.equal(Buffer.concat(client.pieces).length, bytes);
  }
});

test("cut-idle: when nothing has passed for so long, within a request and between two", async (t) => {
  const { upstream, proxy, client } = await start(t, { kind: "cut-idle", ms: 1000 });
  client.get("/pushwire/sse");
  await until("the stream", () => upstream.streams.size === 1);
  // A pace, and no wait for anything: ten times as quick as what is cut, and in all longer than that.
  for (let i = 0; i < 14; ++i) {
    upstream.say(`data: ${i}\n\n`);
    await pause(100);
  }
  assert.equal(client.ended, undefined);
  assert.equal(await client.end(), "FIN");
  const other = await RawClient.open(t, proxy.port);
  other.get("/pushwire/poll");
  await other.receives("polled");
  await other.end();
  assert.equal(proxy.seen.acted["cut-idle"], 2);
});

test("split: each byte, or each piece of a drawn size, comes by itself", async (t) => {
  for (const [bytes, most] of [[1, 1], [[5, 20], 20]]) {
    const { proxy, client } = await start(t, { kind: "split", bytes });
    client.get("/pushwire/poll");
    await client.receives("polled");
    // The kernel may join some that the client is late to read.
    assert.ok(client.pieces.length >= client.text.length / most / 2, `${client.pieces.length} pieces`);
    const socket = webSocket(t, proxy);
    await heard(socket, "hello");
    socket.send("€".repeat(1000));
    await heard(socket, "€".repeat(1000));
  }
});

test("drip: so many bytes in a second", async (t) => {
  const { client } = await start(t, { kind: "drip", bytesPerSecond: 1000, way: "down" });
  const from = performance.now();
  client.get("/pushwire/poll");
  await client.receives("polled");
  const seconds = (performance.now() - from) / 1000;
  const expected = client.text.length / 1000;
  assert.ok(seconds > expected * 0.7 && seconds < expected * 4 + 1, `${seconds} s for ${client.text.length} bytes`);
});

test("delay: each way, in order, with any number of pieces on their way", async (t) => {
  const { proxy } = await start(t, { kind: "delay", ms: 100 });
  const socket = webSocket(t, proxy);
  await heard(socket, "hello");
  const from = performance.now();
  const sent = Array.from({ length: 50 }, (_, i) => `${i}`);
  for (const text of sent) socket.send(text);
  await heard(socket, "49");
  const ms = performance.now() - from;
  assert.ok(ms >= 195 && ms < 1000, `${ms} ms`);
  assert.deepEqual(socket.heard.slice(1), sent);
});

test("freeze: nothing passes and nothing is closed, for a while or until it is taken away", async (t) => {
  const { upstream, proxy, client } = await start(t);
  const socket = webSocket(t, proxy);
  await heard(socket, "hello");
  client.get("/pushwire/sse");
  await until("the stream", () => upstream.streams.size === 1);
  await client.receives("200 OK");
  const frozen = proxy.faults.add({ kind: "freeze", on: "websocket" });
  const from = performance.now();
  proxy.faults.add({ kind: "freeze", on: "sse", ms: 200 });
  socket.send("later");
  upstream.say("data: 1\n\n");
  upstream.finish();
  await settle(t, proxy);
  assert.equal(client.text.includes("data"), false);
  await client.receives("data: 1");
  assert.ok(performance.now() - from >= 195);
  await settle(t, proxy);
  assert.deepEqual(socket.heard, ["hello"]);
  proxy.faults.remove(frozen);
  await heard(socket, "later");
});

test("a client that reads nothing holds up the sender, as a network does", async (t) => {
  const { upstream, client } = await start(t);
  client.get("/pushwire/sse");
  await until("the stream", () => upstream.streams.size === 1);
  const [stream] = upstream.streams;
  client.socket.pause();
  await until("a full way", () => !stream.write("x".repeat(65_536)) && stream.writableLength > 4_000_000);
  upstream.finish();
  client.socket.resume();
  await client.receives("0\r\n\r\n");
  const chunks = client.text.slice(head(client).length).split("\r\n").filter((line) => line.startsWith("x"));
  assert.ok(chunks.length > 60);
  assert.deepEqual(chunks.filter((chunk) => chunk.length !== 65_536), []);
});

test("faults compose: a split, delayed stream is cut after so many bytes", async (t) => {
  const faults = [{ kind: "split", bytes: 3 }, { kind: "delay", ms: 60 }, { kind: "cut-after", bytes: 30 }];
  const { client } = await start(t, ...faults);
  const from = performance.now();
  client.get("/pushwire/poll");
  assert.equal(await client.end(), "FIN");
  assert.ok(performance.now() - from >= 115);
  assert.equal(client.text.length, 30);
  assert.ok(client.pieces.length >= 5);
});
