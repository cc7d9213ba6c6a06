// A page behind the worst of nginx: no WebSocket, event streams held back, and a prefix.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Chromium } from "../browser/support/chromium.mjs";
import { assertEachOnceInOrder } from "../browser/support/numbers.mjs";
import { inPage, readDevice, seenIn } from "../browser/support/readers.mjs";
import { until } from "../browser/support/until.mjs";
import { startHost } from "./support/client.mjs";
import { buffer } from "./support/configurations.mjs";
import { recipe, ReverseProxy } from "./support/reverse-proxy.mjs";

const browser = new Chromium();
before(browser.start);
after(browser.stop);

async function openPage(t, proxy) {
  const page = await browser.page(t);
  await page.goto(`${proxy.address}/device/`);
  await page.evaluate(async () => {
    const { connect } = await import("./pushwire/client.js");
    window.connectPushwire = connect;
  });
  await inPage(page, readDevice, "window.connectPushwire", undefined, { backoffMs: [50, 300] });
  return page;
}

const status = (page) => page.evaluate(() => window.run.device.status());

async function reads(page, host, transport) {
  let told;
  await until(
    () => `a connection by ${transport}; ${JSON.stringify(told)}`,
    async () => (told = await status(page)).transport === transport,
  );
  await host.ask("flow counter 0 100");
  await until("numbers", async () => (await seenIn(page)).numbers.length >= 100);
  const { next } = await host.ask("halt");
  await until("the last one", async () => (await seenIn(page)).numbers.at(-1) === next - 1);
  const seen = await seenIn(page);
  assertEachOnceInOrder(seen.numbers, 0, next);
  assert.deepEqual([seen.gaps, seen.resets, seen.disconnected], [[], 0, []]);
}

test("Chromium reads by WebSocket through the recipe for nginx, below its prefix", async (t) => {
  const host = await startHost(t);
  const proxy = await ReverseProxy.start(t, "nginx", host);
  const page = await openPage(t, proxy);
  await reads(page, host, "websocket");
  assert.deepEqual(page.faults, []);
});

test("Chromium reads by long-poll through an nginx that buffers and passes no upgrade", async (t) => {
  const host = await startHost(t);
  const config = recipe("nginx")
    .replace("proxy_buffering off;", buffer)
    .replace(/^ *proxy_(http_version|set_header (Upgrade|Connection)) .*$/gm, "");
  const proxy = await ReverseProxy.start(t, "nginx", host, config);
  const page = await openPage(t, proxy);
  await reads(page, host, "long-poll");
  const ended = (await status(page)).attempts.filter(({ cause }) => cause);
  assert.match(ended.find(({ transport }) => transport === "websocket").cause, /^http-426$/);
  assert.match(ended.find(({ transport }) => transport === "sse").cause, /^(buffered|no-hello-in-\d+ms)$/);
});
