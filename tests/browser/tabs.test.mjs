// Tabs of one origin that share a connection: in a secure context, by Web Locks, and on plain HTTP, which has none.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Chromium } from "./support/chromium.mjs";
import { quietPort } from "./support/program.mjs";
import { seenIn } from "./support/readers.mjs";
import {
  all,
  connected,
  contexts,
  finish,
  halt,
  lanFlag,
  last,
  oneStream,
  openTab,
  openTabs,
  roles,
  start,
  status,
  streams,
} from "./support/tabs.mjs";
import { until } from "./support/until.mjs";

const browser = new Chromium([lanFlag]);
before(browser.start);
after(browser.stop);

const deadline = { timeout: 90_000 };

async function openThree(t, host, address, options) {
  const pages = await openTabs(t, browser, address, 3, options);
  await oneStream(host);
  return pages;
}

for (const [name, addressOf] of Object.entries(contexts)) {
  test(`${name}: three tabs, one connection, all events in each`, deadline, async (t) => {
    const host = await start(t);
    await host.ask("emit temperature 20");
    const pages = await openThree(t, host, addressOf(host));
    assert.equal(await pages[0].evaluate(() => isSecureContext), name !== "plain HTTP");
    await all(pages, "the state", async (page) => (await seenIn(page)).events.length === 1);
    await host.ask("flow counter 0 300");
    await all(pages, "numbers", async (page) => (await last(page)) > 100);
    assert.equal(await streams(host), 1);
    await finish(host, pages);
    for (const page of pages) assert.equal((await status(page)).transport, "websocket");
  });

  test(`${name}: the leader closes, and the others go on without a hole`, deadline, async (t) => {
    const host = await start(t);
    const pages = await openThree(t, host, addressOf(host));
    await host.ask("flow counter 0 300");
    await all(pages, "numbers", async (page) => (await last(page)) > 100);
    await pages.shift().close();
    await all(pages, "more numbers", async (page) => (await last(page)) > 400);
    await oneStream(host);
    assert.deepEqual((await roles(pages)).sort(), ["follower", "leader"]);
    await finish(host, pages);
    for (const page of pages) assert.equal((await seenIn(page)).numbers[0], 0);
  });

  test(`${name}: tabs that want different events get theirs, by one connection that reads them all`, deadline, async (t) => {
    const host = await start(t);
    await host.askAll("emit temperature 20", 'emit note "before"');
    const wanted = [{ events: ["counter"] }, { events: ["temperature"] }, { events: ["note"], after: "earliest" }];
    const pages = await openThree(t, host, addressOf(host), wanted);
    await host.askAll("burst counter 0 50", "emit temperature 21", 'emit note "after"');
    await until("the numbers", async () => (await last(pages[0])) === 49);
    await until("the states", async () => (await seenIn(pages[1])).events.length === 2);
    await until("the notes", async () => (await seenIn(pages[2])).events.length === 2);
    assert.deepEqual((await seenIn(pages[0])).events, []);
    assert.deepEqual((await seenIn(pages[1])).events.map(({ data }) => data), [20, 21]);
    assert.deepEqual((await seenIn(pages[2])).events.map(({ data }) => data), ["before", "after"]);
    await pages[1].evaluate(() => window.run.device.subscribe(["counter", "temperature"]));
    await host.ask("burst counter 50 50");
    await until("a number", async () => (await last(pages[1])) === 99);
    await pages[0].evaluate(() => window.run.device.subscribe(["temperature"]));
    await until("the leader's state", async () => (await seenIn(pages[0])).events.at(-1)?.data === 21);
    assert.equal(await streams(host), 1);
  });
}

test("the leader crashes, and the others go on without a hole", deadline, async (t) => {
  const host = await start(t);
  const pages = await openThree(t, host, host.address);
  await host.ask("flow counter 0 300");
  await all(pages, "numbers", async (page) => (await last(page)) > 100);
  const crashed = pages.shift();
  crashed.goto("chrome://crash").catch(() => {});
  await all(pages, "more numbers", async (page) => (await last(page)) > 400);
  await oneStream(host);
  await finish(host, pages);
});

test("a leader that the browser freezes lets go, and catches up when it thaws", deadline, async (t) => {
  const host = await start(t);
  const pages = await openThree(t, host, host.address);
  await host.ask("flow counter 0 300");
  await all(pages, "numbers", async (page) => (await last(page)) > 100);
  await pages[0].evaluate(() => document.dispatchEvent(new Event("freeze")));
  const stood = await last(pages[0]);
  await all(pages.slice(1), "more numbers", async (page) => (await last(page)) > 500);
  assert.equal(await last(pages[0]), stood, "a frozen page reads nothing");
  await oneStream(host);
  await pages[0].evaluate(() => document.dispatchEvent(new Event("resume")));
  await finish(host, pages);
  await oneStream(host);
  assert.equal((await status(pages[0])).role, "follower");
});

test("a leader that stands still without a word is replaced, and follows when it goes on", deadline, async (t) => {
  const host = await start(t, "--heartbeat-ms", "1000");
  const pages = await openThree(t, host, host.address);
  await host.ask("flow counter 0 300");
  await all(pages, "numbers", async (page) => (await last(page)) > 100);
  const goOn = await halt(pages[0]);
  const before = await last(pages[1]);
  await all(pages.slice(1), "a new leader's numbers", async (page) => (await last(page)) > before + 3000);
  await goOn();
  await finish(host, pages);
  await oneStream(host);
  assert.equal((await status(pages[0])).role, "follower");
});

test("a tab that shares nothing has its own connection, as has one that keeps to a transport", deadline, async (t) => {
  const host = await start(t);
  const pages = await openThree(t, host, host.address);
  const alone = await openTab(pages[0].context(), host.address, { share: false });
  await connected(alone);
  await until("two connections", async () => (await streams(host)) === 2);
  await pages[1].evaluate(() => window.run.device.use("sse"));
  await until("three connections", async () => (await streams(host)) === 3);
  await host.ask("flow counter 0 300");
  await all(pages, "numbers", async (page) => (await last(page)) > 100);
  await pages[1].evaluate(() => window.run.device.use("auto"));
  await until("two connections", async () => (await streams(host)) === 2);
  await finish(host, [...pages, alone]);
  assert.equal((await status(pages[1])).role, "follower");
});

test("the server restarts: every tab is told, and goes on", deadline, async (t) => {
  const host = await start(t, "--port", `${await quietPort()}`);
  const pages = await openThree(t, host, host.address);
  await host.ask("flow counter 0 300");
  await all(pages, "numbers", async (page) => (await last(page)) > 100);
  const { next } = await host.ask("halt");
  await all(pages, "the last one", async (page) => (await last(page)) === next - 1);
  await host.ask("stop");
  await all(pages, "the loss", async (page) => (await seenIn(page)).disconnected.length === 1);
  await host.ask("start");
  await host.ask(`flow counter ${next} 300`);
  await all(pages, "more numbers", async (page) => (await last(page)) > next + 100);
  await finish(host, pages);
  for (const page of pages) assert.equal((await seenIn(page)).disconnected[0].cause, "bye-shutdown");
});
