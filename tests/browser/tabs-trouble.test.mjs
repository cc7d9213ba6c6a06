// Tabs that share a connection while something goes wrong with one of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Chromium } from "./support/chromium.mjs";
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
  openContext,
  openTab,
  openTabs,
  read,
  roles,
  start,
  status,
} from "./support/tabs.mjs";
import { impatient } from "./support/transports.mjs";
import { until } from "./support/until.mjs";

const browser = new Chromium([lanFlag]);
before(browser.start);
after(browser.stop);

const deadline = { timeout: 90_000 };

test("a newcomer takes the lead from a tab that stands still, and a follower that is busy meanwhile loses nothing", deadline, async (t) => {
  const host = await start(t);
  const pages = await openTabs(t, browser, host.address, 2);
  const [leader, follower] = pages;
  await host.ask("flow counter 0 200");
  await all(pages, "numbers", async (page) => (await last(page)) > 50);
  const newcomer = await pages[0].context().newPage();
  await newcomer.goto(`${host.address}/module.html`);
  const goOn = await halt(leader);
  // Long tasks, so that what a new leader says waits behind what it reads.
  await follower.evaluate(() => {
    window.busy = setInterval(() => {
      for (const end = Date.now() + 400; Date.now() < end;);
    }, 420);
  });
  await read(newcomer);
  await connected(newcomer);
  const before = await last(newcomer);
  await until("the new leader's numbers", async () => (await last(newcomer)) > (before ?? 0) + 200);
  assert.equal((await status(newcomer)).role, "leader");
  await follower.evaluate(() => clearInterval(window.busy));
  await goOn();
  await finish(host, [...pages, newcomer]);
  for (const page of pages) assert.equal((await seenIn(page)).numbers[0], 0);
});

for (const [name, addressOf] of Object.entries(contexts)) {
  test(`${name}: tabs that open in the same moment agree on one connection`, deadline, async (t) => {
    const host = await start(t);
    const context = await openContext(t, browser);
    const pages = await Promise.all([1, 2, 3].map(() => context.newPage()));
    for (const page of pages) await page.goto(`${addressOf(host)}/module.html`);
    await host.ask("flow counter 0 300");
    await Promise.all(pages.map((page) => read(page)));
    await all(pages, "numbers", async (page) => (await last(page)) > 300);
    await oneStream(host);
    assert.deepEqual((await roles(pages)).sort(), ["follower", "follower", "leader"]);
    await finish(host, pages);
  });
}

test("plain HTTP: the leader crashes, which silence tells, and the others go on without a hole", deadline, async (t) => {
  const host = await start(t, "--heartbeat-ms", "1000");
  const pages = await openTabs(t, browser, contexts["plain HTTP"](host), 3);
  await host.ask("flow counter 0 300");
  await all(pages, "numbers", async (page) => (await last(page)) > 100);
  const crashed = pages.shift();
  crashed.goto("chrome://crash").catch(() => {});
  await all(pages, "the silence", async (page) => (await seenIn(page)).disconnected.length === 1);
  for (const page of pages) assert.match((await seenIn(page)).disconnected[0].cause, /^silent-for-/);
  await oneStream(host);
  await finish(host, pages);
  assert.deepEqual((await roles(pages)).sort(), ["follower", "leader"]);
});

test("a follower whose network is another one goes on, at once and without a word", deadline, async (t) => {
  const host = await start(t);
  const pages = await openTabs(t, browser, host.address, 2);
  await host.ask("flow counter 0 300");
  await all(pages, "numbers", async (page) => (await last(page)) > 100);
  for (let i = 0; i < 3; ++i) {
    const before = await last(pages[1]);
    await pages[1].evaluate(() => window.dispatchEvent(new Event("online")));
    await until("more numbers", async () => (await last(pages[1])) > before + 300, 10_000);
  }
  await finish(host, pages);
  for (const page of pages) assert.deepEqual((await seenIn(page)).disconnected, []);
});

test("a leader that polls and has nothing to tell is not taken for dead", deadline, async (t) => {
  const host = await start(t);
  const options = { transports: ["poll"], ...impatient };
  const pages = await openTabs(t, browser, host.address, 2, [options, options]);
  const polls = () =>
    pages[0].evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => /\/poll\?/.test(name)).length);
  const someMore = async (count) => {
    const before = await polls();
    await until("polls", async () => (await polls()) >= before + count);
  };
  await pages[0].evaluate(() => performance.setResourceTimingBufferSize(100_000));
  // Ten seconds in a leap are no silence, but two such leaps are, unless something is heard between them.
  await pages[1].evaluate(() => {
    const now = Date.now;
    window.leaps = 0;
    Date.now = () => now() + 10_000 * window.leaps;
  });
  for (let i = 0; i < 3; ++i) {
    await pages[1].evaluate(() => {
      ++window.leaps;
      document.dispatchEvent(new Event("visibilitychange")); // looks for silence
    });
    await someMore(10);
  }
  assert.deepEqual((await seenIn(pages[1])).disconnected, []);
  await host.ask("emit counter 1");
  await all(pages, "a number", async (page) => (await last(page)) === 1);
});

test("tabs that want more names than a server takes are given theirs", deadline, async (t) => {
  const host = await start(t);
  const names = (prefix) => ["counter", ...Array.from({ length: 200 }, (_, i) => `${prefix}${i}`)];
  const pages = await openTabs(t, browser, host.address, 2, [{ events: names("a") }, { events: names("b") }]);
  await host.askAll("emit temperature 1", "burst counter 0 50");
  await all(pages, "the numbers", async (page) => (await last(page)) === 49);
  await pages[0].close();
  await until("the lead", async () => (await status(pages[1])).role === "leader");
  await host.ask("burst counter 50 50");
  await until("more numbers", async () => (await last(pages[1])) === 99);
  const seen = await seenIn(pages[1]);
  assert.deepEqual([seen.numbers.length, seen.events, seen.disconnected], [100, [], []]);
});

test("a name that no server takes is refused in its own tab, and the others read on", deadline, async (t) => {
  const host = await start(t);
  const pages = await openTabs(t, browser, host.address, 2);
  const refused = await pages[1].evaluate(() => {
    try {
      window.run.device.subscribe(["what ever"]);
    } catch ({ name, message }) {
      return `${name}: ${message}`;
    }
  });
  assert.equal(refused, "TypeError: not an event type: what ever");
  await host.ask("burst counter 0 50");
  await all(pages, "the numbers", async (page) => (await last(page)) === 49);
  for (const page of pages) assert.deepEqual((await seenIn(page)).disconnected, []);
});
