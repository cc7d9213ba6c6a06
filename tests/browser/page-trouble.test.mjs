// A page by itself while something is wrong with it, with its browser, or with what the browser may tell.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ChaosProxy } from "../chaos/proxy.mjs";
import { Chromium, startAsVisitor } from "./support/chromium.mjs";
import { assertEachOnceInOrder } from "./support/numbers.mjs";
import { seenIn } from "./support/readers.mjs";
import {
  connected,
  contexts,
  finish,
  lanFlag,
  last,
  openContext,
  openTab,
  start,
  status,
  streams,
} from "./support/tabs.mjs";
import { until } from "./support/until.mjs";

const browser = new Chromium([lanFlag]);
before(browser.start);
after(browser.stop);

const deadline = { timeout: 90_000 };

async function chaos(t, host) {
  const proxy = await ChaosProxy.start({ port: host.port });
  t.after(() => proxy.stop());
  return proxy;
}

/** Asks what the page says now, also where it was taken out of the back/forward cache. */
async function evaluate(page, expression) {
  const debug = await page.context().newCDPSession(page);
  const { result } = await debug.send("Runtime.evaluate", { expression, returnByValue: true });
  await debug.detach();
  return result.value;
}

/** The clock of the page is later by so much from now on, as after a sleep. */
const leap = (page, ms) =>
  page.evaluate((ms) => {
    const now = Date.now;
    Date.now = () => now() + ms;
  }, ms);

for (const [name, addressOf] of Object.entries(contexts)) {
  test(`${name}: a page that goes into the back/forward cache lets go, and has all events when it is back`, deadline, async (t) => {
    const host = await start(t);
    const context = await startAsVisitor(t, { flags: [lanFlag] });
    const page = await openTab(context, addressOf(host));
    await connected(page);
    await page.evaluate(() => addEventListener("pageshow", ({ persisted }) => (window.kept = persisted)));
    await host.ask("flow counter 0 300");
    await until("numbers", async () => (await last(page)) > 100);
    await page.goto(`${addressOf(host)}/index.html`);
    await until("no connection", async () => (await streams(host)) === 0);
    const { next } = await host.ask("halt");
    await host.ask(`burst counter ${next} 500`);
    await page.evaluate(() => void setTimeout(() => history.back()));
    await until("the page of before, kept", () => evaluate(page, "window.kept").catch(() => {}));
    await until("the last number", async () => (await evaluate(page, "run.seen.numbers.at(-1)")) === next + 499);
    const { numbers, ...seen } = await evaluate(page, "run.seen");
    assertEachOnceInOrder(numbers, 0, next + 500);
    assert.deepEqual([seen.connected.length, seen.disconnected, seen.gaps, seen.resets], [1, [], [], 0]);
  });

  test(`${name}: where site data is blocked, a page reads by itself`, deadline, async (t) => {
    const host = await start(t);
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    const context = await startAsVisitor(t, { flags: [lanFlag], preferences });
    const page = await openTab(context, addressOf(host));
    const faults = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    await assert.rejects(page.evaluate(() => localStorage.length), /SecurityError/);
    await connected(page);
    await host.ask("burst counter 0 50");
    await until("the numbers", async () => (await last(page)) === 49);
    assert.deepEqual([(await status(page)).transport, faults], ["websocket", []]);
  });
}

test("a page that is frozen for ten minutes lets go, and has all events when it thaws", deadline, async (t) => {
  const host = await start(t);
  const page = await openTab(await openContext(t, browser), host.address);
  await connected(page);
  await host.ask("flow counter 0 300");
  await until("numbers", async () => (await last(page)) > 100);
  await page.evaluate(() => void document.dispatchEvent(new Event("freeze")));
  await until("no connection", async () => (await streams(host)) === 0);
  await leap(page, 600_000);
  await page.evaluate(() => void document.dispatchEvent(new Event("resume")));
  await finish(host, [page]);
  const { connected: told, disconnected, numbers } = await seenIn(page);
  assert.deepEqual([told.length, disconnected, numbers[0]], [1, [], 0]);
});

test("a page that slept for ten minutes on a connection that died reads on as soon as it is seen", deadline, async (t) => {
  const host = await start(t);
  const proxy = await chaos(t, host);
  const page = await openTab(await openContext(t, browser), proxy.address);
  await connected(page);
  await host.ask("burst counter 0 50");
  await until("the numbers", async () => (await last(page)) === 49);
  proxy.faults.add({ on: "websocket", kind: "freeze" });
  await host.ask("burst counter 50 50");
  await leap(page, 600_000);
  await page.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));
  await until("the loss", async () => (await seenIn(page)).disconnected.length === 1);
  await until("the last number", async () => (await last(page)) === 99);
  const { numbers, disconnected, gaps } = await seenIn(page);
  assert.match(disconnected[0].cause, /^silent-for-6\d{5}ms$/);
  assertEachOnceInOrder(numbers, 0, 100);
  assert.deepEqual([disconnected.length, gaps], [1, []]);
});

test("another origin's refusal of a WebSocket that the page may not see ends no race", deadline, async (t) => {
  const here = await start(t);
  const there = await start(t, "--allow-origin", here.address);
  const proxy = await chaos(t, there);
  proxy.faults.add({ on: "websocket", kind: "answer", status: 403 });
  await there.ask("burst counter 0 50");
  const options = { after: "earliest", backoffMs: [60_000, 60_000] }; // one round has to do
  const page = await openTab(await openContext(t, browser), here.address, options, `${proxy.address}/pushwire/`);
  await until("the numbers", async () => (await last(page)) === 49);
  const { transport, attempts } = await status(page);
  const causes = attempts.map(({ transport, cause }) => `${transport} ${cause}`);
  assert.deepEqual([transport, causes], ["sse", ["websocket closed-1006", "sse undefined"]]);
});
