// Every mode once in a browser, whose own network code stands between the client and the proxy.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Chromium } from "../browser/support/chromium.mjs";
import { Host } from "../browser/support/host.mjs";
import { inPage, readDevice } from "../browser/support/readers.mjs";
import { modes } from "./modes.mjs";
import { ChaosProxy } from "./proxy.mjs";
import { patient } from "./support/client.mjs";
import { assertComesThrough, startHost } from "./support/come-through.mjs";

const browser = new Chromium();
before(browser.start);
after(browser.stop);

// Two at a time: most of their time is waiting.
describe("in a browser", { concurrency: 2 }, () => {
  for (const [name, mode] of Object.entries(modes)) {
    test(`${name}: ${mode.expected}`, { timeout: 90_000 }, async (t) => {
      const host = await startHost(t, Host, mode);
      const proxy = await ChaosProxy.start({ port: host.port });
      t.after(() => proxy.stop());
      const page = await browser.page(t);
      await page.goto(`${proxy.address}/module.html`);
      for (const fault of mode.faults) proxy.faults.add(fault);
      const options = { ...patient, after: "earliest" };
      await inPage(page, readDevice, "window.connectPushwire", undefined, options);
      if (mode.endsAfterMs) setTimeout(() => proxy.clear(), mode.endsAfterMs);
      const look = () => page.evaluate(() => ({ seen: window.run.seen, status: window.run.device.status() }));
      await assertComesThrough(mode, { host, look });
      // Refused requests are told on the console; the page itself has no fault.
      assert.deepEqual(page.faults.filter((fault) => !/WebSocket connection|Failed to load resource/.test(fault)), []);
    });
  }
});
