// Chromium's own EventSource and WebSocket, on a page without any script of ours.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Chromium } from "./support/chromium.mjs";
import { Host } from "./support/host.mjs";
import { assertEachOnceInOrder } from "./support/numbers.mjs";
import { quietPort } from "./support/program.mjs";
import { Proxy } from "./support/proxy.mjs";
import { inPage, readEventSource, readWebSocket, seenIn } from "./support/readers.mjs";
import { until } from "./support/until.mjs";

const browser = new Chromium();
before(browser.start);
after(browser.stop);

const deadline = { timeout: 90_000 };

/** A blank page with an EventSource that has its place in the log. */
async function readStream(t, address) {
  const page = await browser.page(t);
  await page.goto(`${address}/`);
  await inPage(page, readEventSource, "EventSource", "/pushwire/sse");
  await until("a cursor", async () => (await seenIn(page)).controls.some(({ cursor }) => cursor));
  return page;
}

const webSocketOf = ({ address }) => `${address.replace("http", "ws")}/pushwire/websocket`;

test("Chromium's EventSource hears named events, and the controls as events of their own", deadline, async (t) => {
  const host = await Host.start(t);
  await host.askAll("type userlogin history", "type temperature latest", "emit temperature 21.5");
  const page = await readStream(t, host.address);
  await host.ask('emit userlogin {"name":"ada","note":"<b>\\n€ 𝄞"}');
  await until("the login", async () => (await seenIn(page)).logins.length === 1);
  const seen = await seenIn(page);
  assert.deepEqual(seen.logins, [{ name: "ada", note: "<b>\n€ 𝄞" }]);
  assert.deepEqual(seen.temperatures, [21.5]);
  assert.deepEqual(seen.controls.map(({ control }) => control), ["hello", "live"]);
  assert.equal(seen.lastId, seen.controls[1].cursor.replace(/\d+$/, "2"));
  assert.equal(seen.failed, 0);
});

test("Chromium's EventSource loses and repeats nothing when its connections are cut", deadline, async (t) => {
  const host = await Host.start(t);
  await host.ask("type counter history 100000");
  const proxy = await Proxy.start(t, host.port);
  const page = await readStream(t, proxy.address);
  await host.ask("flow counter 0 200");
  for (let cuts = 1; cuts <= 2; ++cuts) {
    const before = (await seenIn(page)).numbers.length;
    await until("a hundred more", async () => (await seenIn(page)).numbers.length >= before + 100);
    proxy.cut();
    await until("another connection", async () => (await seenIn(page)).opened === cuts + 1);
  }
  const { next } = await host.ask("halt");
  await until("the last one", async () => (await seenIn(page)).numbers.at(-1) === next - 1);
  const seen = await seenIn(page);
  assertEachOnceInOrder(seen.numbers, 0, next);
  const hellos = seen.controls.filter(({ control }) => control === "hello");
  assert.deepEqual(hellos.map(({ resume }) => resume), ["new", "ok", "ok"]);
});

test("Chromium's EventSource is told bye at a stop, and is back with what it missed", deadline, async (t) => {
  const host = await Host.start(t, "--port", `${await quietPort()}`);
  await host.ask("type counter history 100000");
  const page = await readStream(t, host.address);
  await host.askAll("burst counter 0 50", "stop");
  await until("bye", async () => (await seenIn(page)).controls.at(-1).control === "bye");
  const bye = (await seenIn(page)).controls.at(-1);
  assert.equal(bye.reason, "shutdown");
  assert.equal(bye.reconnect, "resume");
  await host.askAll("burst counter 50 50", "start");
  await until("all of them", async () => (await seenIn(page)).numbers.at(-1) === 99);
  assertEachOnceInOrder((await seenIn(page)).numbers, 0, 100);
});

test("Chromium's EventSource gets the states again when the process was another one", deadline, async (t) => {
  const port = `${await quietPort()}`;
  const first = await Host.start(t, "--port", port);
  await first.askAll("type temperature latest", "emit temperature 1");
  const page = await readStream(t, first.address);
  await first.kill();
  const second = await Host.start(t, "--port", port);
  await second.askAll("type temperature latest", "emit temperature 2");
  await until("the second life", async () => (await seenIn(page)).temperatures.length === 2);
  const seen = await seenIn(page);
  assert.deepEqual(seen.temperatures, [1, 2]);
  assert.equal(seen.controls.filter(({ control }) => control === "reset").length, 1);
});

test("Chromium's WebSocket reads events and bytes, and is closed with 1012 at a stop", deadline, async (t) => {
  const host = await Host.start(t);
  await host.askAll("type counter history", "type blob bytes 10", "type temperature latest", "emit temperature 21.5");
  const page = await browser.page(t);
  await page.goto(`${host.address}/`);
  await inPage(page, readWebSocket, "WebSocket", webSocketOf(host), ["pushwire.1"]);
  await until("live", async () => (await seenIn(page)).frames.some(({ control }) => control === "live"));
  await host.askAll("emit counter 1", "bytes blob 000aff", "stop");
  await until("the close", async () => (await seenIn(page)).closed);
  const { protocol, frames, closed } = await seenIn(page);
  assert.equal(protocol, "pushwire.1");
  assert.deepEqual(
    frames.map(({ control, event, data, snapshot }) => control ?? [event, data, !!snapshot]),
    ["hello", ["temperature", 21.5, true], "live", ["counter", 1, false], ["blob", [0, 10, 255], false], "bye"],
  );
  assert.equal(closed.code, 1012);
  assert.equal(closed.wasClean, true);
});

test("Chromium's WebSocket resumes behind ?after=", deadline, async (t) => {
  const host = await Host.start(t);
  await host.askAll("type counter history", "burst counter 0 10");
  const page = await browser.page(t);
  await page.goto(`${host.address}/`);
  const { cursor } = await page.evaluate(async () => (await fetch("/pushwire/negotiate")).json());
  const after = cursor.replace(/\d+$/, "4");
  await inPage(page, readWebSocket, "WebSocket", `${webSocketOf(host)}?after=${after}`);
  await until("the last one", async () => (await seenIn(page)).frames.at(-1)?.data === 9);
  const { protocol, frames } = await seenIn(page);
  assert.equal(protocol, "");
  assert.equal(frames[0].resume, "ok");
  assert.deepEqual(frames.slice(1).map(({ data }) => data), [4, 5, 6, 7, 8, 9]);
});
