// Debian's Chromium, with a new empty profile for each browser.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

// Said of a WebSocket that the page itself gave up while it was connecting: no fault.
const droppedWhileConnecting = /WebSocket is closed before the connection is established/;

/** One browser for a file's tests: `before(chromium.start)`, `after(chromium.stop)`. */
export class Chromium {
  #browser;
  #more;

  /** With `more` flags on its command line. */
  constructor(more = []) {
    this.#more = more;
  }

  start = async () => {
    this.#browser = await chromium.launch({ executablePath, args: [...args, ...this.#more] });
  };

  stop = () => this.#browser?.close();

  /** A page with storage of its own, which notes in `faults` what went wrong in it and in `requests` the addresses that
   *  it asked for; closed with the test. */
  async page(t, options = {}) {
    const context = await this.#browser.newContext(options);
    t.after(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.faults = [];
    page.requests = [];
    page.on("pageerror", (error) => page.faults.push(String(error)));
    page.on("console", (message) => {
      const text = message.text();
      if (["error", "warning"].includes(message.type()) && !droppedWhileConnecting.test(text)) page.faults.push(text);
    });
    page.on("request", (request) => page.requests.push(request.url()));
    page.on("websocket", (socket) => page.requests.push(socket.url()));
    return page;
  }
}

/** A browser of its own with a profile on disk, as people have one: with that folder's preferences, and with the
 *  back/forward cache, which automation turns off. Gives its context. */
export async function startAsVisitor(t, { flags = [], preferences = {} } = {}) {
  const profile = mkdtempSync(join(tmpdir(), "pushwire-profile-"));
  mkdirSync(join(profile, "Default"));
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...args, ...flags],
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  t.after(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return context;
}

/** Fails where the page asked anybody else than the server of that address. */
export function assertAskedOnly(page, address) {
  const ours = [address, address.replace("http", "ws")];
  assert.ok(page.requests.length > 0);
  assert.deepEqual(page.requests.filter((url) => !ours.some((origin) => url.startsWith(`${origin}/`))), []);
}
