// Our client in Node, as a page behind a proxy has it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Host } from "../../browser/support/host.mjs";
import { assertEachOnceInOrder } from "../../browser/support/numbers.mjs";
import { root } from "../../browser/support/program.mjs";
import { readDevice } from "../../browser/support/readers.mjs";
import { until } from "../../browser/support/until.mjs";

const { WebSocket } = createRequire(join(root, "tests/browser/package.json"))("ws");

/** Tells the page's origin as browsers do, for a page of the same address. */
globalThis.WebSocket = class extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { origin: new URL(url).origin.replace("ws", "http") });
  }
};

const { connect } = await import(pathToFileURL(join(root, "client/dist/client.js")));

/** A server of ours with a type `counter` that keeps everything. */
export async function startHost(t, ...args) {
  const host = await Host.start(t, ...args);
  await host.ask("type counter history 1000000");
  return host;
}

/** `path`: what the proxy puts before the server's own. */
export function open(t, proxy, { path = "", ...options } = {}) {
  const run = readDevice(connect, `${proxy.address}${path}/pushwire`, { backoffMs: [50, 300], ...options });
  t.after(() => run.device.close());
  run.told = () => JSON.stringify(run.device.status());
  return run;
}

/** Until the client is connected by that transport and has not lost it for so long. */
export function settled(run, transport, forMs = 0, deadlineMs = 30_000) {
  return until(
    () => `connected by ${transport} for ${forMs} ms; ${run.told()}`,
    () => {
      const status = run.device.status();
      const current = status.attempts.findLast((attempt) => attempt.transport === transport && attempt.delivered);
      if (status.state !== "connected" || status.transport !== transport || !current || current.cause) return false;
      return Date.now() - current.at >= forMs;
    },
    deadlineMs,
  );
}

/** Until that many more numbers have come than there are now. */
export async function more(run, count) {
  const wanted = run.seen.numbers.length + count;
  await until(
    () => `${wanted} numbers; ${run.seen.numbers.length} have come; ${run.told()}`,
    () => run.seen.numbers.length >= wanted,
  );
}

/** Ends the flow; every client must have each of its numbers once and in order. */
export async function finish(host, ...runs) {
  const { next } = await host.ask("halt");
  for (const run of runs) {
    const { numbers, gaps, resets } = run.seen;
    await until(
      () => `${next - 1}; ${numbers.at(-1)} came last; ${run.told()}`,
      () => numbers.at(-1) === next - 1,
    );
    assertEachOnceInOrder(numbers, 0, next);
    assert.deepEqual([gaps, resets], [[], 0]);
  }
}

/** That an attempt by that transport ended, and is said to have ended for such a reason. */
export function assertEnded(run, transport, cause) {
  const ended = run.device.status().attempts.filter((attempt) => attempt.transport === transport && attempt.cause);
  assert.ok(ended.some((attempt) => cause.test(attempt.cause)), `${transport} ${cause}: ${run.told()}`);
}
