// Faults of connections and requests: each does what it says, and nothing to what it is not meant for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { quietPort } from "../browser/support/program.mjs";
import { until } from "../browser/support/until.mjs";
import { ChaosProxy } from "./proxy.mjs";
import { heard, settle, start, webSocket } from "./support/rig.mjs";
import { RawClient, Upstream, WebSocket } from "./support/upstream.mjs";

test("without a fault everything passes, request after request on one connection", async (t) => {
  const { upstream, proxy, client } = await start(t);
  for (let i = 1; i <= 3; ++i) {
    client.get(`/pushwire/poll?after=${i}`);
    await until("its answer", () => client.text.split("polled").length === i + 1);
  }
  client.get("/pushwire/sse");
  await until("the stream", () => upstream.streams.size === 1);
  upstream.say("data: 1\n\n");
  await client.receives("data: 1");
  const socket = webSocket(t, proxy);
  await heard(socket, "hello");
  socket.send("€".repeat(70_000));
  await heard(socket, "€".repeat(70_000));
  socket.close(4000);
  await until("its close", () => socket.closedWith === 4000);
  const { poll, sse, websocket, connections } = proxy.seen;
  assert.deepEqual([poll.requests, poll.connections, poll.open], [3, 1, 0]);
  assert.deepEqual([sse.requests, sse.connections, sse.open], [1, 1, 1]);
  assert.deepEqual([websocket.requests, websocket.upgrades], [1, 1]);
  assert.equal(connections.opened, 2);
  assert.equal(poll.at.length, 3);
  await until("its end", () => proxy.seen.websocket.open === 0 && connections.open === 1);
  client.socket.destroy();
  await until("the other's end", () => connections.open === 0 && sse.open === 0);
  await until("and the server's", () => upstream.streams.size === 0);
});

test("requests that are sent at once are answered one after the other, also those with bodies", async (t) => {
  const { upstream, client } = await start(t, { kind: "answer", on: "long-poll", status: 403 });
  const body = "Content-Length: 5\r\n\r\nhello";
  const chunked = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (const [target, rest] of [["poll", body], ["long-poll", body], ["poll", chunked], ["long-poll", chunked]]) {
    client.socket.write(`POST /${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${rest}`);
  }
  client.get("/last");
  await until("all answers", () => client.text.match(/HTTP\/1.1 \d+/g)?.length === 5);
  const statuses = client.text.match(/(?<=HTTP\/1.1 )\d+/g);
  assert.deepEqual(statuses, ["200", "403", "200", "403", "200"]);
  assert.deepEqual(upstream.requests, ["/poll", "/poll", "/last"]);
});

test("a fault of one transport spares the others on the same connection", async (t) => {
  const { proxy, client } = await start(t, { kind: "swallow", on: "sse" });
  client.get("/pushwire/poll");
  await client.receives("polled");
  client.get("/pushwire/sse");
  await settle(t, proxy);
  assert.equal(client.text.split("polled").length, 2);
  assert.deepEqual(proxy.seen.acted, { swallow: 1 });
});

for (const [how, seen] of [["reset", "ECONNRESET"], ["close", "FIN"]]) {
  test(`hang-up by ${how}: of the upgrade alone, or of the path`, async (t) => {
    const { proxy, client } = await start(t, { kind: "hang-up", on: "websocket", upgrade: true, how });
    client.get("/pushwire/websocket");
    await client.receives("polled");
    client.upgrade("/pushwire/websocket");
    assert.equal(await client.end(), seen);
    proxy.clear();
    proxy.faults.add({ kind: "hang-up", on: "websocket", how });
    const other = await RawClient.open(t, proxy.port);
    other.get("/pushwire/websocket");
    assert.equal(await other.end(), seen);
  });
}

test("answer: a status in the server's place, with Retry-After, for upgrades or for all", async (t) => {
  const { upstream, proxy, client } = await start(t, { kind: "answer", status: 502, upgrade: true });
  assert.equal(await webSocket(t, proxy).outcome, 502);
  client.get("/pushwire/websocket");
  await client.receives("polled");
  proxy.faults.add({ kind: "answer", status: 503, retryAfterS: 2, on: ["websocket", "sse"] });
  client.get("/pushwire/sse");
  await client.receives("503");
  assert.match(client.text, /Retry-After: 2/);
  client.get("/pushwire/poll");
  await until("an answer on the same connection", () => client.text.split("polled").length === 3);
  assert.deepEqual(upstream.requests, ["/pushwire/websocket", "/pushwire/poll"]);
});

test("swallow: no answer, not even from the server, until the time is up", async (t) => {
  const { upstream, proxy, client } = await start(t, { kind: "swallow", on: "sse", ms: 80 });
  client.get("/pushwire/sse");
  assert.equal(await client.end(), "FIN");
  assert.equal(client.text, "");
  assert.deepEqual(upstream.requests, []);
  proxy.clear();
  proxy.faults.add({ kind: "swallow", on: "websocket" });
  const socket = webSocket(t, proxy);
  await settle(t, proxy);
  assert.equal(socket.readyState, WebSocket.CONNECTING);
  assert.equal(proxy.seen.websocket.open, 1);
  socket.terminate();
  await until("its end", () => proxy.seen.websocket.open === 0);
});

test("swallow-after-head: 101 and 200 pass, then nothing in either direction", async (t) => {
  const { upstream, proxy, client } = await start(t, { kind: "swallow-after-head" });
  const socket = webSocket(t, proxy);
  assert.equal(await socket.outcome, "open");
  socket.send("heard?");
  client.get("/pushwire/sse");
  await client.receives("200 OK");
  upstream.say("data: 1\n\n");
  proxy.clear();
  await settle(t, proxy);
  assert.deepEqual(socket.heard, []);
  assert.doesNotMatch(client.text, /data/);
  upstream.finish();
  await settle(t, proxy);
  assert.equal(client.ended, undefined, "the server's end does not pass either");
  client.socket.destroy();
  socket.terminate();
  await until("both ends", () => proxy.seen.sse.open + proxy.seen.websocket.open === 0);
});

test("strip-upgrade: the server sees a plain request", async (t) => {
  const { upstream, client } = await start(t, { kind: "strip-upgrade" });
  client.upgrade("/pushwire/websocket");
  await client.receives("polled");
  assert.deepEqual(upstream.requests, ["/pushwire/websocket"]);
});

test("kill: so long after the 101, or after a stream's first byte", async (t) => {
  const kill = { kind: "kill", afterMs: 100, how: "reset" };
  const kills = [{ ...kill, on: "websocket" }, { ...kill, on: "sse", from: "body" }];
  const { upstream, proxy, client } = await start(t, ...kills);
  const socket = webSocket(t, proxy);
  await heard(socket, "hello");
  const from = performance.now();
  client.get("/pushwire/sse");
  await until("the socket's end", () => socket.closedWith);
  assert.equal(socket.closedWith, 1006);
  assert.ok(performance.now() - from > 50);
  await settle(t, proxy);
  assert.equal(client.ended, undefined, "its time has not begun");
  upstream.say("data: 1\n\n");
  assert.equal(await client.end(), "ECONNRESET");
  assert.match(client.text, /data: 1/);
  assert.deepEqual(proxy.seen.acted, { kill: 2 });
});

test("refuse: connections are reset as they come; down: nobody listens", async (t) => {
  const upstream = await Upstream.start(t);
  const proxy = await ChaosProxy.start({ port: upstream.port, listen: await quietPort() });
  t.after(() => proxy.stop());
  proxy.faults.add({ kind: "refuse", times: 1 });
  const open = () => RawClient.open(t, proxy.port);
  const polled = async () => {
    const client = await open();
    client.get("/pushwire/poll");
    await client.receives("polled");
    return client;
  };
  assert.equal(await (await open()).end(), "ECONNRESET");
  const client = await polled();
  await proxy.down();
  assert.equal(await client.end(), "ECONNRESET");
  assert.equal(await (await open()).end(), "ECONNREFUSED");
  await proxy.up();
  await polled();
  assert.deepEqual([proxy.seen.connections.opened, proxy.seen.acted], [3, { refuse: 1 }]);
});

test("cut: all, or those of a transport, by a reset", async (t) => {
  const { upstream, proxy, client } = await start(t);
  const socket = webSocket(t, proxy);
  await heard(socket, "hello");
  client.get("/pushwire/sse");
  await until("the stream", () => upstream.streams.size === 1);
  proxy.cut({ on: "websocket" });
  await until("its end", () => socket.closedWith);
  assert.equal(client.ended, undefined);
  proxy.cut();
  assert.equal(await client.end(), "ECONNRESET");
});

test("a server that nobody reaches is seen as such, and one that ends a connection too", async (t) => {
  const { upstream, proxy, client } = await start(t);
  client.get("/pushwire/sse", "Connection: close");
  await until("the stream", () => upstream.streams.size === 1);
  upstream.finish();
  assert.equal(await client.end(), "FIN");
  proxy.upstreamPort = await quietPort();
  const other = await RawClient.open(t, proxy.port);
  other.get("/pushwire/poll");
  assert.equal(await other.end(), "ECONNRESET");
});

test("which transport a request belongs to can be told otherwise than by its path", async (t) => {
  const upstream = await Upstream.start(t);
  const classify = ({ fields }) => (fields.accept === "text/event-stream" ? "sse" : "other");
  const proxy = await ChaosProxy.start({ port: upstream.port, classify });
  t.after(() => proxy.stop());
  proxy.faults.add({ on: "sse", kind: "answer", status: 403 });
  const client = await RawClient.open(t, proxy.port);
  client.get("/pushwire/sse");
  await client.receives("200 OK");
  const other = await RawClient.open(t, proxy.port);
  other.socket.write("GET /hub HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
  await other.receives("403 Chaos");
});
