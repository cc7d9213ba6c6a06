// Our client in Chromium over https and wss, and the samples with a certificate of their own.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Chromium } from "./support/chromium.mjs";
import { curl } from "./support/curl.mjs";
import { Host } from "./support/host.mjs";
import { assertEachOnceInOrder } from "./support/numbers.mjs";
import { Program, programs } from "./support/program.mjs";
import { inPage, readDevice, seenIn } from "./support/readers.mjs";
import { impatient, transports } from "./support/transports.mjs";
import { until } from "./support/until.mjs";

const browser = new Chromium();
before(browser.start);
after(browser.stop);

const deadline = { timeout: 90_000 };
const unasked = { ignoreHTTPSErrors: true }; // the certificate is signed by nobody that the browser knows

function newFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "pushwire-tls-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(t, ...flags) {
  const host = await Host.start(t, "--tls-self-signed", newFolder(t), ...flags);
  assert.match(host.address, /^https:/);
  await host.askAll("type counter history 100000", "type temperature latest", "emit temperature 21.5");
  return host;
}

async function open(t, host, options = {}) {
  const page = await browser.page(t, unasked);
  await page.goto(`${host.address}/module.html`);
  await inPage(page, readDevice, "window.connectPushwire", undefined, { ...impatient, ...options });
  return page;
}

const status = (page) => page.evaluate(() => window.run.device.status());

for (const transport of transports) {
  test(`a page reads and asks by ${transport} over TLS`, deadline, async (t) => {
    const host = await start(t);
    const page = await open(t, host, { transports: [transport] });
    await until("the state", async () => (await seenIn(page)).events.length === 1);
    await host.ask("burst counter 0 3000");
    await until("the last number", async () => (await seenIn(page)).numbers.at(-1) === 2999);
    const seen = await seenIn(page);
    assertEachOnceInOrder(seen.numbers, 0, 3000);
    assert.deepEqual(seen.connected, [{ transport, resume: "new" }]);
    assert.deepEqual([seen.gaps, seen.resets, page.faults], [[], 0, []]);
    for (const url of page.requests) assert.match(url, /^(https|wss):/);
  });
}

test("a page goes from transport to transport over TLS and misses nothing", deadline, async (t) => {
  const host = await start(t);
  const page = await open(t, host);
  await until("a connection", async () => (await status(page)).state === "connected");
  await host.ask("flow counter 0 200");
  for (const transport of ["sse", "poll", "long-poll", "websocket", "long-poll", "sse", "websocket"]) {
    await page.evaluate((name) => window.run.device.use(name), transport);
    await until(`${transport} delivers`, async () => (await status(page)).transport === transport);
  }
  const { next } = await host.ask("halt");
  await until("the last number", async () => (await seenIn(page)).numbers.at(-1) === next - 1);
  const seen = await seenIn(page);
  assertEachOnceInOrder(seen.numbers, seen.numbers[0], next);
  assert.deepEqual([seen.gaps, seen.resets], [[], 0]);
});

test("curl that trusts the certificate gets in, and nobody by plain HTTP", deadline, async (t) => {
  const folder = newFolder(t);
  const host = await Host.start(t, "--tls-self-signed", folder);
  const trust = ["--cacert", join(folder, "pushwire-certificate.pem")];
  const { status: code } = await curl(t, ...trust, `${host.address}/pushwire/poll`);
  assert.equal(code, 200);
  const plain = new Program(t, "curl", ["-sS", `http://127.0.0.1:${host.port}/pushwire/poll`]);
  assert.equal((await plain.exit()).code, 52, "an empty reply");
  const other = await Host.start(t, "--tls", join(folder, "pushwire-tls.pem"), join(folder, "pushwire-tls.pem"));
  assert.equal((await curl(t, ...trust, `${other.address}/pushwire/poll`)).status, 200);
});

for (const name of ["monitor", "pipe"]) {
  test(`the sample ${name} serves https, says its fingerprint, and lets in whom it gave its address`, deadline, async (t) => {
    const flags = ["--port", "0", "--tls-self-signed", newFolder(t), "--launch-token"];
    const program = new Program(t, programs[name], flags);
    await until("an address", () => program.lines.length > 0);
    const address = /^listening on (https:\S+launch\?token=\w+)$/.exec(program.lines[0])?.[1];
    assert.ok(address, program.lines[0]);
    await until("a fingerprint", () => /SHA-256 fingerprint is ([0-9A-F]{2}:){31}[0-9A-F]{2}\n/.test(program.stderr));
    const page = await browser.page(t, unasked);
    await page.goto(address);
    assert.equal(page.url(), new URL("/", address).href);
    await until("news", () => page.requests.some((url) => url.startsWith("wss:")));
    const foreign = await browser.page(t, unasked);
    assert.equal((await foreign.goto(new URL("/", address).href)).status(), 401);
    assert.deepEqual(page.faults, []);
  });
}
