// The device monitor and its page, for tests of what viewers see and do.
import { Program, programs } from "./program.mjs";
import { until } from "./until.mjs";

export const desktop = { viewport: { width: 1280, height: 800 } };
export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const labels = { websocket: "WebSocket", sse: "SSE", "long-poll": "Long-poll", poll: "Poll" };

export async function startMonitor(t, { port = 0, interval = 100, flags = [] } = {}) {
  const args = ["--port", `${port}`, "--interval-ms", `${interval}`, ...flags];
  const monitor = new Program(t, programs.monitor, args);
  monitor.address = await monitor.listening();
  return monitor;
}

/** A page that is live, and notes the events that come from now on in `window.heard`. */
export async function openMonitor(t, browser, monitor, options = desktop) {
  const page = await browser.page(t, options);
  await page.goto(`${monitor.address}/`);
  await untilText(page, "#state", /^(Live|Paused) · /);
  await page.evaluate(() => {
    window.heard = [];
    window.monitor.device.onAny(({ event, id, at }) => {
      window.heard.push({ event, at, sequence: Number(id.split("-")[1]) });
    });
  });
  return page;
}

export async function untilText(page, selector, pattern) {
  let text;
  await until(
    () => `${pattern} in ${selector}; there is ${text}`,
    async () => pattern.test((text = await page.textContent(selector))),
  );
}

/** Until the time that the machine is up has gone on, and the chart of its processors too. */
export async function untilMoved(page) {
  const [times, pictures] = [new Set(), new Set()];
  await until("figures that change", async () => times.add(await page.textContent("#uptime")).size > 2);
  const picture = () => page.locator("#cpu canvas").evaluate((canvas) => canvas.toDataURL());
  await until("a chart that moves", async () => pictures.add(await picture()).size > 3);
}

/** By the page's own choice. */
export async function choose(page, transport) {
  await page.locator("fieldset label", { hasText: new RegExp(`^${labels[transport]}$`) }).click();
  await until(`${transport}`, async () => (await page.getAttribute("html", "data-transport")) === transport);
}

export const heard = (page) => page.evaluate(() => window.heard);
export const received = (page) => page.evaluate(() => window.monitor.received);
