// The device monitor's page: what viewers change, and what they ask.
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAskedOnly, Chromium } from "./support/chromium.mjs";
import { choose, heard, labels, openMonitor, phone, received, startMonitor as start, untilMoved, untilText } from "./support/monitor.mjs";
import { Program, quietPort } from "./support/program.mjs";
import { beginSession } from "./support/session.mjs";
import { until } from "./support/until.mjs";

const browser = new Chromium();
before(browser.start);
after(browser.stop);

const deadline = { timeout: 90_000 };
const open = (t, monitor, options) => openMonitor(t, browser, monitor, options);

const interval = (page) => page.inputValue("#interval");
const untilInterval = (page, ms) => until(`${ms} ms`, async () => (await interval(page)) === `${ms}`);
const untilEnabled = (page) => until("controls", () => page.isEnabled("#pause"));

/** Asks as the page's own scripts do: the reply, or the code and the sentence of the error. */
const ask = (page, name, data) =>
  page.evaluate(
    ([name, data]) => window.monitor.device.request(name, data).catch(({ code, message }) => ({ code, message })),
    [name, data],
  );

/** Chooses an interval that the page does not offer. */
const force = (page, ms) =>
  page.locator("#interval").evaluate((select, ms) => {
    select.add(new Option(`${ms} ms`, ms));
    select.value = ms;
    select.dispatchEvent(new Event("change"));
  }, `${ms}`);

const hostile = "<img src=x>"; // the kernel keeps 15 bytes of a name
const hostileArgument = "<script>++window.hacked</script>";

/** A program of a hostile name that is among the busiest. */
function runHostile(t) {
  const folder = mkdtempSync(join(tmpdir(), "pushwire-hostile-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, hostile);
  writeFileSync(path, "#!/bin/sh\nwhile :; do :; done\n");
  chmodSync(path, 0o755);
  return new Program(t, path, [hostileArgument, "", "two words"]);
}

const hostileRow = (page) => page.locator("#processes tbody tr", { hasText: hostile });
const value = (page, label) => page.locator(`#details dt:text-is("${label}") + dd`).textContent();

test("two viewers see each other, and each other's changes at once", deadline, async (t) => {
  const monitor = await start(t);
  const first = await open(t, monitor);
  await untilText(first, "#viewers", /^1 viewer$/);
  const second = await open(t, monitor);
  for (const page of [first, second]) {
    await untilText(page, "#viewers", /^2 viewers$/);
    await untilEnabled(page);
  }
  assert.equal(await first.textContent("#changed"), "");

  await first.selectOption("#interval", "1000");
  await untilInterval(second, 1000);
  await untilText(first, "#changed", /^changed by you$/);
  await untilText(second, "#changed", /^changed by viewer 1$/);
  await second.click("#pause");
  await untilText(first, "#state", /^Paused · WebSocket$/);
  await untilText(first, "#changed", /^changed by viewer 2$/);
  await first.click("#pause");
  await untilText(second, "#state", /^Live · WebSocket$/);
  assert.equal(await second.textContent("#pause"), "Pause");

  await second.close();
  await untilText(first, "#viewers", /^1 viewer$/);
  assert.deepEqual(first.faults, []);
  assertAskedOnly(first, monitor.address);
});

test("a newcomer finds a pause that was made before", deadline, async (t) => {
  const monitor = await start(t);
  const first = await open(t, monitor);
  await untilEnabled(first);
  await first.click("#pause");
  await untilText(first, "#pause", /^Resume$/);
  const second = await open(t, monitor);
  await untilText(second, "#state", /^Paused · WebSocket$/);
  assert.equal(await second.isVisible("#banner"), false);
});

test("while it is paused there is not one reading, and afterwards they go on", deadline, async (t) => {
  const monitor = await start(t, { interval: 50 });
  const page = await open(t, monitor);
  const settings = async () => (await heard(page)).filter(({ event }) => event === "monitor.settings");
  await untilEnabled(page);
  await page.click("#pause");
  await until("the pause", async () => (await settings()).length === 1);
  const end = Date.now() + 6000; // longer than a page that is not paused waits before it says that nothing comes
  await until("a hundred intervals", () => Date.now() > end);
  assert.match(await page.textContent("#state"), /^Paused · /);
  assert.equal(await page.isVisible("#banner"), false);
  await page.click("#pause");
  await until("the end of the pause", async () => (await settings()).length === 2);
  const [paused, resumed] = await settings();
  assert.equal(resumed.sequence, paused.sequence + 1, "nothing stands between them in the log");
  await untilMoved(page);
  await untilText(page, "#state", /^Live · /);
});

test("a shorter interval ends a long wait at once", deadline, async (t) => {
  const monitor = await start(t, { interval: 60_000 });
  const page = await open(t, monitor);
  await untilEnabled(page);
  assert.equal(await page.locator("#interval option:checked").textContent(), "1 min");
  await page.selectOption("#interval", "100");
  await untilMoved(page);
});

test("by each transport viewers steer", { timeout: 120_000 }, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor);
  for (const [at, transport] of Object.keys(labels).entries()) {
    await choose(page, transport);
    await untilEnabled(page);
    await page.click("#pause");
    await untilText(page, "#state", new RegExp(`^Paused · ${labels[transport]}$`));
    await page.click("#pause");
    await untilText(page, "#state", new RegExp(`^Live · ${labels[transport]}$`));
    await page.selectOption("#interval", `${[50, 250, 500, 100][at]}`);
    await untilText(page, "#changed", /^changed by you$/);
    assert.equal(await page.textContent("#refusal"), "");
  }
  assert.deepEqual(page.faults, []);
});

test("a program without the client steers too, by POST, and is told as a viewer", deadline, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor);
  const say = await beginSession(t, monitor.address);
  const replies = await say(
    { request: "monitor.interval", id: 1, data: 123 },
    { request: "monitor.interval", id: 2, data: 49 },
    { send: "monitor.pause", data: true },
  );
  assert.deepEqual(replies[0].data, { interval_ms: 123, paused: false, by: 2, read_only: false });
  assert.equal(replies[1].error.code, "out-of-range");
  assert.equal(replies.length, 2);
  await untilText(page, "#state", /^Paused · /);
  await untilInterval(page, 123);
  await untilText(page, "#changed", /^changed by viewer 2$/);
});

test("wrong values are refused with a sentence, and change nothing", deadline, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor);
  await untilEnabled(page);
  const { last } = await received(page);
  for (const [name, data, code, sentence] of [
    ["monitor.interval", 49, "out-of-range", /^The interval can be 50 to 60000 ms, not 49\.$/],
    ["monitor.interval", 60_001, "out-of-range", /not 60001\.$/],
    ["monitor.interval", -1, "out-of-range", /not -1\.$/],
    ["monitor.interval", 99.5, "bad-data", /^data: expected an integer/],
    ["monitor.interval", "100", "bad-data", /^data: expected an integer/],
    ["monitor.interval", undefined, "bad-data", /^data: expected an integer/],
    ["monitor.pause", 1, "bad-data", /^data: expected true or false/],
    ["monitor.pause", undefined, "bad-data", /^data: expected true or false/],
    ["process.details", 0, "no-such-process", /^There is no process 0\.$/],
    ["process.details", 2 ** 31 - 1, "no-such-process", /^There is no process 2147483647\.$/],
    ["process.details", "../../etc", "bad-data", /^data: expected an integer/],
  ]) {
    const error = await ask(page, name, data);
    assert.equal(error.code, code, `${name} ${data}: ${JSON.stringify(error)}`);
    assert.match(error.message, sentence);
  }
  await force(page, 7);
  await untilText(page, "#refusal", /^The interval can be 50 to 60000 ms, not 7\.$/);
  assert.equal(await interval(page), "100", "the page shows what holds");
  assert.equal((await received(page)).last["monitor.settings"], last["monitor.settings"]);
  await page.selectOption("#interval", "250");
  await untilText(page, "#refusal", /^$/);
});

test("a monitor that is read-only is not steered, but shows processes", deadline, async (t) => {
  const monitor = await start(t, { flags: ["--read-only"] });
  const page = await open(t, monitor);
  await untilText(page, "#changed", /^read-only$/);
  assert.equal(await page.isDisabled("#interval"), true);
  assert.equal(await page.isDisabled("#pause"), true);
  for (const [name, data] of [["monitor.interval", 200], ["monitor.pause", true]]) {
    const error = await ask(page, name, data);
    assert.deepEqual(error, { code: "read-only", message: "This monitor cannot be steered: it is read-only." });
  }
  assert.equal((await ask(page, "process.details", process.pid)).pid, process.pid);
  await untilMoved(page);
});

test("controls are off while the monitor is away", deadline, async (t) => {
  const port = await quietPort();
  const monitor = await start(t, { port });
  const page = await open(t, monitor);
  await untilEnabled(page);
  monitor.signal("SIGTERM");
  await monitor.exit();
  await untilText(page, "#state", /^Disconnected$/);
  assert.equal(await page.isDisabled("#interval"), true);
  assert.equal(await page.isDisabled("#pause"), true);
  await start(t, { port, interval: 250 });
  await untilText(page, "#state", /^Live · /);
  await untilEnabled(page);
  await untilInterval(page, 250);
});

test("details of a process are what the machine says", deadline, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor);
  const details = await ask(page, "process.details", process.pid);
  assert.equal(details.pid, process.pid);
  assert.equal(details.parent, process.ppid);
  assert.ok(details.command.includes(process.argv[1]), `${details.command}`);
  assert.match(details.state, /^(running|sleeping)$/);
  assert.ok(details.threads > 1 && details.memory > 2 ** 20 && details.open_files >= 3, JSON.stringify(details));
  const startedAt = Date.now() / 1000 - process.uptime();
  assert.ok(Math.abs(details.started - startedAt) < 5, `${details.started} ${startedAt}`);
});

test("a process of a hostile name opens by the keyboard, as text, and Escape closes it", deadline, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor);
  await page.evaluate(() => (window.hacked = 0));
  const program = runHostile(t);
  await hostileRow(page).waitFor();
  // Rows move, until one of them has the focus.
  await until("its focus", async () => {
    await hostileRow(page).locator("button").focus();
    return (await page.evaluate(() => document.activeElement.textContent)) === hostile;
  });
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: hostile });
  await dialog.waitFor();
  await untilText(page, "#details dd:last-child", /hostile/);
  assert.equal(await value(page, "Process"), `${program.child.pid}`);
  assert.equal(await value(page, "Parent"), `${process.pid}`);
  assert.match(await value(page, "Command"), /<script>\+\+window\.hacked<\/script> "" "two words"$/);
  assert.equal(await page.locator(":is(#details, #processes, #log) :is(img, script)").count(), 0);
  assert.equal(await page.evaluate(() => window.hacked), 0);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await hostileRow(page).locator("button").evaluate((button) => button === document.activeElement), true);
  assertAskedOnly(page, monitor.address);
  assert.deepEqual(page.faults, []);
});

test("the row under the keyboard's focus stays where it is", deadline, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor);
  await until("rows", () => page.locator("#processes tbody button:visible").count());
  await page.focus("#processes th[data-order=memory] button");
  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => document.activeElement.closest("tr")?.cells[0].textContent);
  const pid = await focused();
  assert.match(pid, /^\d+$/);
  const lists = async () => (await heard(page)).filter(({ event }) => event === "processes").length;
  const before = await lists();
  await until("other lists", async () => (await lists()) >= before + 3);
  assert.equal(await focused(), pid);
});

test("the end of a process that is shown is told, also on a phone", deadline, async (t) => {
  const monitor = await start(t);
  const page = await open(t, monitor, phone);
  const program = runHostile(t);
  await until("details", async () => {
    if (await page.locator("#details").getByText(`${program.child.pid}`, { exact: true }).isVisible()) return true;
    // Rows move: a tap may meet another one.
    if (await page.isVisible("#details")) await page.keyboard.press("Escape");
    await hostileRow(page).tap({ timeout: 2000 }).catch(() => {});
  });
  const { x, width } = await page.locator("#details").boundingBox();
  assert.ok(x >= 0 && x + width <= phone.viewport.width, `${x} ${width}`);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  await program.kill();
  await untilText(page, "#details .refusal", new RegExp(`^There is no process ${program.child.pid}\\.$`));
  assert.equal(await value(page, "Process"), `${program.child.pid}`, "what was known of it is still there");
  await page.getByRole("button", { name: "Close" }).tap();
  await until("the page", () => page.isHidden("#details"));
});
