// pushwire-pipe and its page, for tests of both.
import { isDeepStrictEqual } from "node:util";
import { Program, programs } from "./program.mjs";
import { until } from "./until.mjs";

export async function startPipe(t, ...args) {
  const pipe = new Program(t, programs.pipe, ["--port", "0", ...args]);
  pipe.address = await pipe.listening();
  return pipe;
}

export async function openPipe(t, browser, pipe, options) {
  const page = await browser.page(t, options);
  await page.goto(`${pipe.address}/`);
  await until("a connection", async () => (await page.getAttribute("html", "data-transport")) !== "");
  return page;
}

export const shown = (page) => page.locator("#lines .line").allTextContents();

export async function untilShown(page, ...lines) {
  let found = [];
  await until(
    () => `${JSON.stringify(lines)}; there is ${JSON.stringify(found)}`,
    async () => isDeepStrictEqual((found = await shown(page)), lines),
  );
}
