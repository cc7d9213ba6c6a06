import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const dist = join(process.cwd(), "dist");

/** Runs a built script where `fetch` and `WebSocket` only note where they were sent. */
function browser(extra: object) {
  const asked: string[] = [];
  const globals = {
    URL,
    TextDecoder,
    AbortController,
    ReadableStream,
    Response,
    queueMicrotask,
    clearTimeout,
    clearInterval,
    setInterval,
    setTimeout: () => 0,
    fetch: (url: URL) => (asked.push(String(url)), new Promise(() => {})),
    ...extra,
  };
  return { asked, globals };
}

test("the classic script connects to where it came from", async () => {
  const { asked, globals } = browser({
    document: {
      currentScript: { src: "http://device.example/proxy/pushwire/client.global.js?v=1" },
      baseURI: "http://device.example/",
    },
  });
  const source = readFileSync(join(dist, "client.global.js"), "utf8");
  runInNewContext(`${source};pushwire.connect(undefined, {transports: ["sse"]})`, globals);
  await new Promise(setImmediate);
  assert.deepEqual(asked, ["http://device.example/proxy/pushwire/sse?envelope=1"]);
});

test("the module exports connect, asks for an address where it has none, and refuses bad lists", async () => {
  const { connect } = await import(join(dist, "client.js"));
  assert.throws(() => connect(), /not a server/);
  assert.throws(() => connect("http://127.0.0.1:1/pushwire", { transports: ["carrier-pigeon"] }), /carrier-pigeon/);
  assert.throws(() => connect("http://127.0.0.1:1/pushwire", { transports: [] }), TypeError);
  const device = connect("http://127.0.0.1:1/pushwire", { transports: ["poll"] });
  assert.equal(device.status().state, "connecting");
  device.close();
  assert.equal(device.status().state, "closed");
});
