// Our client in Chromium, as a module and as a classic script, against a real server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Chromium } from "./support/chromium.mjs";
import { Host } from "./support/host.mjs";
import { assertEachOnceInOrder } from "./support/numbers.mjs";
import { quietPort } from "./support/program.mjs";
import { Proxy } from "./support/proxy.mjs";
import { inPage, readDevice, seenIn } from "./support/readers.mjs";
import { impatient, transports } from "./support/transports.mjs";
import { until } from "./support/until.mjs";

const browser = new Chromium();
before(browser.start);
after(browser.stop);

const deadline = { timeout: 90_000 };

/** A page whose client is connected, by `transport` where one is given. */
async function openClient(t, address, { transport, options = {}, form = "module", server } = {}) {
  const page = await browser.page(t);
  await page.goto(`${address}/${form}.html`);
  await inPage(page, readDevice, "window.connectPushwire", server, { ...impatient, ...options });
  if (transport) await use(page, transport);
  return page;
}

const status = (page) => page.evaluate(() => window.run.device.status());
const begin = (page, transport) => page.evaluate((name) => window.run.device.use(name), transport);

async function use(page, transport) {
  await begin(page, transport);
  await until(`${transport} delivers`, async () => (await status(page)).transport === transport);
}

const last = async (page) => (await seenIn(page)).numbers.at(-1);

for (const form of ["module", "classic"]) {
  for (const transport of transports) {
    test(`the ${form} script reads states, events and bytes by ${transport}`, deadline, async (t) => {
      const host = await Host.start(t);
      await host.askAll(
        "type temperature latest",
        "emit temperature 21.5",
        "type sensor latest_by_key",
        'state sensor cellar {"celsius":11}',
        "state sensor attic 30",
        "type userlogin history",
        'emit userlogin "before"',
        "type blob bytes 10",
        "type counter history 10000",
      );
      const page = await openClient(t, host.address, { form, options: { transports: [transport] } });
      await until("the states", async () => (await seenIn(page)).events.length === 3);
      await host.askAll('emit userlogin "€ <b>𝄞"', "erase sensor cellar", "bytes blob 000aff");
      await host.ask("burst counter 0 3000");
      await until("the last number", async () => (await last(page)) === 2999);
      const seen = await seenIn(page);
      assertEachOnceInOrder(seen.numbers, 0, 3000);
      assert.deepEqual(
        seen.events.map(({ event, key, data, removed, snapshot, bytes }) => {
          const words = [event, key, removed ? "removed" : data, snapshot ? "state" : "news"];
          return JSON.stringify(bytes ? [...words, "bytes"] : words);
        }),
        [
          '["temperature",null,21.5,"state"]',
          '["sensor","cellar",{"celsius":11},"state"]',
          '["sensor","attic",30,"state"]',
          '["userlogin",null,"€ <b>𝄞","news"]',
          '["sensor","cellar","removed","news"]',
          '["blob",null,[0,10,255],"news","bytes"]',
        ],
      );
      assert.deepEqual(seen.connected, [{ transport, resume: "new" }]);
      assert.deepEqual([seen.gaps, seen.resets, seen.disconnected], [[], 0, []]);
      assert.deepEqual(page.faults, []);
    });
  }
}

test("every number comes once and in order while the page goes through all transports", deadline, async (t) => {
  const host = await Host.start(t);
  await host.ask("type counter history 100000");
  const page = await openClient(t, host.address, { transport: "poll" });
  await host.ask("flow counter 0 200");
  const tour = ["websocket", "sse", "long-poll", "poll", "sse", "websocket", "poll", "long-poll", "websocket"];
  for (const transport of tour) {
    await use(page, transport);
    const before = (await seenIn(page)).numbers.length;
    await until(`numbers by ${transport}`, async () => (await seenIn(page)).numbers.length >= before + 40);
  }
  await begin(page, "auto");
  const { next } = await host.ask("halt");
  await until("the last one", async () => (await last(page)) === next - 1);
  const seen = await seenIn(page);
  assertEachOnceInOrder(seen.numbers, 0, next);
  assert.deepEqual(seen.switched.map(({ to }) => to).slice(-tour.length), tour);
  assert.deepEqual([seen.gaps, seen.resets, seen.disconnected], [[], 0, []]);
});

test("switches that follow each other at once lose and repeat nothing", deadline, async (t) => {
  const host = await Host.start(t);
  await host.ask("type counter history 100000");
  const page = await openClient(t, host.address, { transport: "websocket" });
  await host.ask("flow counter 0 500");
  for (let i = 0; i < 60; ++i) {
    await begin(page, transports[(i * 7 + (i >> 2)) % transports.length]);
    const before = await last(page);
    if (i % 3 === 0) await until("another number", async () => (await last(page)) !== before);
  }
  const { next } = await host.ask("halt");
  await until("the last one", async () => (await last(page)) === next - 1);
  const seen = await seenIn(page);
  assertEachOnceInOrder(seen.numbers, 0, next);
  assert.deepEqual([seen.gaps, seen.resets], [[], 0]);
});

for (const transport of transports) {
  test(`${transport}: a cut connection under a steady flow costs no number`, deadline, async (t) => {
    const host = await Host.start(t);
    await host.ask("type counter history 100000");
    const proxy = await Proxy.start(t, host.port);
    const page = await openClient(t, proxy.address, { transport });
    await host.ask("flow counter 0 200");
    for (let cuts = 0; cuts < 3; ++cuts) {
      const before = (await seenIn(page)).numbers.length;
      await until("more numbers", async () => (await seenIn(page)).numbers.length >= before + 50);
      proxy.cut();
    }
    const { next } = await host.ask("halt");
    await until("the last one", async () => (await last(page)) === next - 1);
    const seen = await seenIn(page);
    assertEachOnceInOrder(seen.numbers, 0, next);
    assert.deepEqual([seen.gaps, seen.resets], [[], 0]);
  });

  test(`${transport}: what was dropped while the page was cut off is told as a gap`, deadline, async (t) => {
    const host = await Host.start(t);
    await host.askAll("type counter history 10", "type temperature latest");
    const proxy = await Proxy.start(t, host.port);
    const page = await openClient(t, proxy.address, { transport });
    await host.ask("burst counter 0 5");
    await until("the first ones", async () => (await last(page)) === 4);
    const { cursor } = await status(page);
    proxy.block();
    await until("the loss", async () => (await seenIn(page)).disconnected.length > 0);
    await host.askAll("emit temperature 1", "burst counter 5 100", "emit temperature 2");
    proxy.unblock();
    await until("the last one", async () => (await last(page)) === 104);
    const seen = await seenIn(page);
    assert.deepEqual(seen.numbers, [0, 1, 2, 3, 4, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104]);
    const [gap] = seen.gaps;
    assert.equal(seen.gaps.length, 1);
    assert.deepEqual(gap.types, ["counter"]);
    assert.equal(gap.behind, 5, "before the first number behind it");
    assert.equal(gap.from, cursor);
    const sequence = (id) => Number(id.split("-")[1]);
    // The sequences of 5 to 94 are 7 to 96: one temperature stands before them.
    assert.equal(sequence(gap.to), 96);
    await until("the state", async () => (await seenIn(page)).events.length === 1);
    assert.equal((await seenIn(page)).events[0].data, 2, "a replaced state is no loss");
  });

  test(`${transport}: a stop and a start within the process cost nothing`, deadline, async (t) => {
    const host = await Host.start(t, "--port", `${await quietPort()}`);
    await host.ask("type counter history 1000");
    const page = await openClient(t, host.address, { transport });
    await host.ask("burst counter 0 5");
    await until("the first ones", async () => (await last(page)) === 4);
    await host.ask("stop");
    await until("the loss", async () => (await seenIn(page)).disconnected.length > 0);
    await host.askAll("burst counter 5 100", "start");
    await until("the last one", async () => (await last(page)) === 104);
    const seen = await seenIn(page);
    assertEachOnceInOrder(seen.numbers, 0, 105);
    assert.deepEqual([seen.gaps, seen.resets], [[], 0]);
    assert.equal(seen.connected.at(-1).resume, "ok");
    if (transport === "websocket" || transport === "sse") assert.equal(seen.disconnected[0].cause, "bye-shutdown");
  });

  test(`${transport}: another process on the same port is a reset, with what it keeps`, deadline, async (t) => {
    const port = `${await quietPort()}`;
    const first = await Host.start(t, "--port", port);
    await first.askAll("type counter history 1000", "type temperature latest", "emit temperature 1");
    const page = await openClient(t, first.address, { transport });
    await first.ask("burst counter 0 5");
    await until("the first life", async () => (await last(page)) === 4);
    await first.kill();
    await until("the loss", async () => (await seenIn(page)).disconnected.length > 0);
    // Both lives have emitted as much: only the epochs tell their cursors apart.
    const second = await Host.start(t, "--port", port);
    await second.askAll("type temperature latest", "emit temperature 2");
    await second.askAll("type counter history 1000", "burst counter 100 5");
    await until("the second life", async () => (await last(page)) === 104);
    const seen = await seenIn(page);
    assert.equal(seen.resets, 1);
    assert.deepEqual(seen.gaps, []);
    assertEachOnceInOrder(seen.numbers.slice(0, 5), 0, 5);
    const kept = seen.numbers.slice(5);
    assertEachOnceInOrder(kept, 105 - kept.length, 105);
    assert.deepEqual(seen.events.map(({ data }) => data).filter((celsius) => celsius === 1), [1]);
  });

  test(`${transport}: "earliest" gives a newcomer what is kept`, deadline, async (t) => {
    const host = await Host.start(t);
    await host.askAll("type counter history 50", "burst counter 0 100");
    const page = await openClient(t, host.address, {
      options: { after: "earliest", transports: [transport] },
    });
    await until("the last one", async () => (await last(page)) === 99);
    await host.ask("burst counter 100 5");
    await until("what follows", async () => (await last(page)) === 104);
    const seen = await seenIn(page);
    assertEachOnceInOrder(seen.numbers, 50, 105);
    assert.deepEqual(seen.gaps, [], "a newcomer has lost nothing");
  });
}

test("a handler that throws stops neither the others nor the next event", deadline, async (t) => {
  const host = await Host.start(t);
  await host.ask("type counter history 1000");
  const page = await openClient(t, host.address, { transport: "websocket" });
  await page.evaluate(() => {
    window.heard = [];
    window.run.device.on("counter", (number) => {
      throw new Error(`deliberate ${number}`);
    });
    window.run.device.on("counter", (number) => window.heard.push(number));
  });
  await host.ask("burst counter 0 3");
  await until("all of them", () => page.evaluate(() => window.heard.length === 3));
  assert.deepEqual(await page.evaluate(() => window.heard), [0, 1, 2]);
  assert.deepEqual((await seenIn(page)).numbers, [0, 1, 2]);
  await until("the reports", () => page.faults.length >= 3);
  for (const number of [0, 1, 2]) assert.match(page.faults.join("\n"), new RegExp(`deliberate ${number}`));
});

test("the client takes the best transport that the server has", deadline, async (t) => {
  for (const [without, taken] of [[[], "websocket"], [["websocket"], "sse"], [["websocket", "sse"], "long-poll"]]) {
    const host = await Host.start(t, ...without.flatMap((name) => ["--without", name]));
    await host.ask("type counter history");
    const page = await openClient(t, host.address);
    await until("a connection", async () => (await status(page)).state === "connected");
    assert.equal((await status(page)).transport, taken);
    await host.ask("emit counter 1");
    await until("an event", async () => (await last(page)) === 1);
  }
});

test("where fetch cannot stream, EventSource reads the types that are named", deadline, async (t) => {
  const host = await Host.start(t);
  await host.askAll("type counter history 10000", "type temperature latest", "emit temperature 20");
  const page = await browser.page(t);
  await page.addInitScript(() => delete Response.prototype.body);
  await page.goto(`${host.address}/module.html`);
  const options = { ...impatient, transports: ["sse"], events: ["counter", "temperature"] };
  await inPage(page, readDevice, "window.connectPushwire", undefined, options);
  await until("the state", async () => (await seenIn(page)).events.length === 1);
  await host.ask("burst counter 0 1000");
  await until("the last number", async () => (await last(page)) === 999);
  assertEachOnceInOrder((await seenIn(page)).numbers, 0, 1000);
  assert.ok(page.requests.some((url) => url.includes("/sse?")));
});

test("a page of another origin is refused with 403 on every transport", deadline, async (t) => {
  const [own, other] = [await Host.start(t), await Host.start(t)];
  await own.askAll("type temperature latest", "emit temperature 1");
  const page = await openClient(t, other.address, { server: `${own.address}/pushwire` });
  await until("a refusal of each", async () => (await own.ask("stats")).refusals["403"] >= transports.length);
  await until("their reports", async () => {
    const tried = (await status(page)).attempts.filter(({ cause }) => cause).map(({ transport }) => transport);
    return transports.every((name) => tried.includes(name));
  });
  for (const { delivered } of (await status(page)).attempts) assert.equal(delivered, false);
  const seen = await seenIn(page);
  assert.deepEqual([seen.connected, seen.events], [[], []]);
});

test("a page of an origin that is allowed is let in on every transport", deadline, async (t) => {
  const other = await Host.start(t);
  const own = await Host.start(t, "--allow-origin", other.address);
  await own.askAll("type counter history 1000");
  const page = await openClient(t, other.address, { server: `${own.address}/pushwire`, transport: "websocket" });
  let number = 0;
  for (const transport of ["sse", "long-poll", "poll", "websocket"]) {
    await use(page, transport);
    await own.ask(`emit counter ${++number}`);
    await until(`an event by ${transport}`, async () => (await last(page)) === number);
  }
  assertEachOnceInOrder((await seenIn(page)).numbers, 1, 5);
  assert.deepEqual(page.faults, []);
});
