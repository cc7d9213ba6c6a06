// Tabs of one origin that read by our client, and what a test asks them.
import assert from "node:assert/strict";
import { Host } from "./host.mjs";
import { assertEachOnceInOrder } from "./numbers.mjs";
import { inPage, readDevice, seenIn } from "./readers.mjs";
import { impatient } from "./transports.mjs";
import { until } from "./until.mjs";

export const LAN = "device.test"; // resolves to this machine, and is no secure context
export const lanFlag = `--host-resolver-rules=MAP ${LAN} 127.0.0.1`;

export const contexts = {
  "secure context": (host) => host.address,
  "plain HTTP": (host) => `http://${LAN}:${host.port}`,
};

export async function start(t, ...flags) {
  const host = await Host.start(t, "--host", LAN, ...flags);
  await host.askAll("type counter history 100000", "type temperature latest", "type note history 100");
  return host;
}

/** Where tabs share what a browser lets them share; without any yet. */
export async function openContext(t, browser) {
  const first = await browser.page(t);
  await first.close();
  return first.context();
}

/** Reads in a page that is there. `url`: of another server. */
export async function read(page, options = {}, url) {
  await inPage(page, readDevice, "window.connectPushwire", url, { ...impatient, ...options });
  return page;
}

export async function openTab(context, address, options, url) {
  const page = await context.newPage();
  await page.goto(`${address}/module.html`);
  return read(page, options, url);
}

export const status = (page) => page.evaluate(() => window.run.device.status());
export const last = async (page) => (await seenIn(page)).numbers.at(-1);
export const roles = (pages) => Promise.all(pages.map(async (page) => (await status(page)).role));
export const connected = (page) =>
  until("a connection", async () => (await seenIn(page)).connected.length > 0).then(() => status(page));
export const streams = async (host) =>
  Object.values((await host.ask("stats")).conversations).reduce((sum, n) => sum + n, 0);
export const oneStream = (host) => until("one connection", async () => (await streams(host)) === 1);

/** So many tabs, the leader first. */
export async function openTabs(t, browser, address, count, options) {
  const context = await openContext(t, browser);
  const pages = [];
  for (let i = 0; i < count; ++i) {
    pages.push(await openTab(context, address, options?.[i]));
    await connected(pages[i]);
  }
  // On a busy machine two may lead for a moment, where there are no locks.
  const expected = `${pages.map((_, i) => (i ? "follower" : "leader"))}`;
  await until(`the roles ${expected}`, async () => `${await roles(pages)}` === expected);
  return pages;
}

export async function all(pages, what, condition) {
  for (const page of pages) await until(what, async () => condition(page));
}

/** Until every page has the flow's last number; then nothing may be missing or have come twice. */
export async function finish(host, pages) {
  const { next } = await host.ask("halt");
  for (const page of pages) {
    await until(`${next - 1}`, async () => (await last(page)) === next - 1);
    const { numbers, gaps, resets } = await seenIn(page);
    assertEachOnceInOrder(numbers, numbers[0], next);
    assert.deepEqual([gaps, resets], [[], 0]);
  }
  return next;
}

/** Stops a page in the middle of its work, as a debugger does. Gives what lets it go on. */
export async function halt(page) {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Debugger.enable");
  const paused = new Promise((resolve) => debug.once("Debugger.paused", resolve));
  await debug.send("Debugger.pause");
  debug.send("Runtime.evaluate", { expression: "0" }).catch(() => {}); // the pause is at the next thing that it does
  await paused;
  return () => debug.send("Debugger.disable");
}
