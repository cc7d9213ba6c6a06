// The device monitor's page: what a viewer sees of this machine. With PUSHWIRE_SCREENSHOTS=<folder>, also its pictures.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAskedOnly, Chromium } from "./support/chromium.mjs";
import { curl } from "./support/curl.mjs";
import { choose, desktop, heard, labels, openMonitor, phone, received, startMonitor as start, untilMoved, untilText } from "./support/monitor.mjs";
import { Program, quietPort } from "./support/program.mjs";
import { until } from "./support/until.mjs";

const browser = new Chromium();
before(browser.start);
after(browser.stop);

const deadline = { timeout: 90_000 };
const open = (t, monitor, options) => openMonitor(t, browser, monitor, options);

/** Something for the log to tell: a program that runs until the test ends. */
const run = (t) => new Program(t, "sleep", ["600"]);

/** How many different colors the middle of each chart has: one is an empty chart. */
const inks = (page) =>
  page.locator(".card:not([hidden]) .chart canvas").evaluateAll((charts) =>
    charts.map((canvas) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      return new Set(new Uint32Array(data.buffer)).size;
    }),
  );

test("the page opens live: figures, charts, processes and the log", deadline, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor);
  await untilText(page, "#host", /./);
  assert.notEqual(await page.textContent("#host"), "Device");
  await untilText(page, "#kernel", /\S/);
  await untilText(page, "#uptime", /\d\d:\d\d:\d\d/);
  await untilText(page, "#load-now", /^\d+\.\d\d +\d+\.\d\d +\d+\.\d\d$/);
  await untilText(page, "#process-count", /^[1-9]\d*$/);
  await untilText(page, "#memory-total", /^of [\d.]+ \w+$/);
  await untilText(page, "#processes tbody tr:first-child td:nth-child(1)", /^[1-9]\d*$/);
  await untilText(page, "#processes tbody tr:first-child td:nth-child(5)", /^[\d.]+ [KMGT]?i?B$/);
  assert.match(await page.title(), / · live$/);

  run(t);
  await untilText(page, "#log ol", /started|ended/);
  await untilMoved(page);
  assert.ok((await page.locator("#cores li").count()) >= 1);
  await until("ink in every chart", async () => {
    const counts = await inks(page);
    return counts.length >= 5 && counts.every((count) => count > 3);
  });
  assert.deepEqual(page.faults, []);
  assertAskedOnly(page, monitor.address);
});

test("by each transport that the viewer chooses, figures and charts go on without a hole", deadline, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor);
  assert.equal(await page.getAttribute("html", "data-transport"), "websocket");
  for (const transport of ["poll", "long-poll", "sse", "websocket", "sse", "poll", "websocket", "long-poll"]) {
    await choose(page, transport);
    await untilText(page, "#state", new RegExp(`^Live · ${labels[transport]}$`));
    run(t);
    await untilMoved(page);
  }
  await page.locator("fieldset label", { hasText: /^Auto$/ }).click();
  await until("the best again", async () => (await page.getAttribute("html", "data-transport")) === "websocket");

  const last = { ...(await received(page)).last };
  const events = await heard(page);
  for (let i = 1; i < events.length; ++i) {
    assert.ok(events[i].sequence > events[i - 1].sequence, `${JSON.stringify(events.slice(i - 1, i + 1))}`);
    assert.ok(events[i].at >= events[i - 1].at);
  }
  // Of what is kept as a history, the page has every single one.
  const { body } = await curl(t, `${monitor.address}/pushwire/poll?after=earliest&events=log,trend`);
  for (const type of ["log", "trend"]) {
    const first = events[0].sequence;
    const final = Number(last[type].split("-")[1]);
    const emitted = JSON.parse(body)
      .events.map(({ event, id }) => ({ event, sequence: Number(id.split("-")[1]) }))
      .filter(({ event, sequence }) => event === type && sequence >= first && sequence <= final);
    assert.ok(emitted.length >= 3, `${emitted.length} of ${type}`);
    assert.deepEqual(
      events.filter(({ event, sequence }) => event === type && sequence <= final).map(({ sequence }) => sequence),
      emitted.map(({ sequence }) => sequence),
    );
  }
  const { gaps, resets } = await received(page);
  assert.deepEqual([gaps, resets], [0, 0]);
  assert.deepEqual(page.faults, []);
  assertAskedOnly(page, monitor.address);
});

test("processes are sorted by what the viewer asks for", deadline, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor);
  await untilText(page, "#processes tbody tr:nth-child(2) td:nth-child(5)", /\d/);
  await page.click("#processes th[data-order=memory] button");
  assert.equal(await page.getAttribute("#processes th[data-order=memory]", "aria-sort"), "descending");
  assert.equal(await page.getAttribute("#processes th[data-order=cpu]", "aria-sort"), "none");
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const sizes = (await page.locator("#processes tbody td:nth-child(5)").allTextContents())
    .filter(Boolean)
    .map((text) => Number(text.split(" ")[0]) * 1024 ** units.indexOf(text.split(" ")[1]));
  assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a));
});

test("a newcomer gets the log and the charts' past from before", deadline, async (t) => {
  const monitor = await start(t);
  run(t);
  await until("a past", async () => {
    const { body } = await curl(t, `${monitor.address}/pushwire/poll?after=earliest&events=log,trend`);
    const kept = JSON.parse(body).events;
    return kept.some(({ event }) => event === "log") && kept.filter(({ event }) => event === "trend").length >= 2;
  });
  const page = await open(t, monitor);
  await untilText(page, "#log ol", /started|ended/);
  const { last } = await received(page);
  assert.ok(last.trend && last.log);
});

for (const [what, options] of [
  ["a phone's", phone],
  ["a small phone's", { ...phone, viewport: { width: 320, height: 640 } }],
  ["a tablet's", { viewport: { width: 768, height: 1024 } }],
]) {
  test(`at ${what} width nothing has to be scrolled sideways`, deadline, async (t) => {
    const monitor = await start(t);
    const page = await open(t, monitor, options);
    run(t);
    await untilText(page, "#log ol", /started|ended/);
    await untilText(page, "#processes tbody tr:first-child td:nth-child(1)", /\d/);
    const { content, screen, wide } = await page.evaluate(() => ({
      content: document.documentElement.scrollWidth,
      screen: document.documentElement.clientWidth,
      wide: [...document.querySelectorAll("header, .bar, .card, canvas, table")]
        .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
        .map((element) => element.id || element.className || element.tagName),
    }));
    assert.equal(screen, options.viewport.width);
    assert.ok(content <= screen, `${content} > ${screen}`);
    assert.deepEqual(wide, []);
    assert.deepEqual(page.faults, []);
  });
}

test("the theme is the system's until the viewer chooses, and is remembered", deadline, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor, { ...desktop, colorScheme: "dark" });
  const brightness = () =>
    page.evaluate(() => {
      const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\d+(\.\d+)?/g).map(Number);
      return (red + green + blue) / 3;
    });
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  assert.ok((await brightness()) < 60);
  await until("ink in every chart", async () => (await inks(page)).every((count) => count > 3));
  await page.click("#theme");
  assert.equal(await page.getAttribute("html", "data-theme"), "light");
  assert.ok((await brightness()) > 200);
  await page.reload();
  assert.equal(await page.getAttribute("html", "data-theme"), "light");
  assert.deepEqual(page.faults, []);
});

test("the viewer is told that the monitor is gone, and sees it come back", deadline, async (t) => {
  const port = await quietPort();
  const first = await start(t, { port });
  const page = await open(t, first);
  first.signal("SIGTERM");
  assert.deepEqual(await first.exit(), { code: 0, signal: null });
  await untilText(page, "#state", /^Disconnected$/);
  await untilText(page, "#banner", /^No data since \d\d:\d\d:\d\d: /);
  assert.equal(await page.isVisible("#banner"), true);
  await start(t, { port });
  await untilText(page, "#state", /^Live · /);
  await untilText(page, "#log ol", /the monitor was started again/);
  await untilMoved(page);
  await until("no banner", async () => !(await page.isVisible("#banner")));
});

const folder = process.env.PUSHWIRE_SCREENSHOTS;
if (folder) {
  test("screenshots", { timeout: 400_000 }, async (t) => {
    mkdirSync(folder, { recursive: true });
    const monitor = await start(t, { interval: 250 });
    const pages = {
      "device-monitor": await open(t, monitor, { ...desktop, colorScheme: "light" }),
      "device-monitor-dark": await open(t, monitor, { ...desktop, colorScheme: "dark" }),
      "device-monitor-phone": await open(t, monitor, phone),
    };
    // Three minutes, which fill the charts.
    const kept = async () => (await heard(pages["device-monitor"])).filter(({ event }) => event === "trend").length;
    await until("full charts", async () => (await kept()) >= 90, 300_000);
    for (const [name, page] of Object.entries(pages)) await page.screenshot({ path: join(folder, `${name}.png`) });
  });
}
