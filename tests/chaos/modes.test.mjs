// In whichever way a network fails: our client comes through by the best transport that gets through, and says why not
// by a better one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Host } from "../browser/support/host.mjs";
import { readDevice } from "../browser/support/readers.mjs";
import { until } from "../browser/support/until.mjs";
import { modes } from "./modes.mjs";
import { ChaosProxy } from "./proxy.mjs";
import { connect, patient } from "./support/client.mjs";
import { assertComesThrough, startHost } from "./support/come-through.mjs";

async function start(t, { faults, ...mode }) {
  const host = await startHost(t, Host, mode);
  const proxy = await ChaosProxy.start({ port: host.port });
  t.after(() => proxy.stop());
  for (const fault of faults) proxy.faults.add(fault);
  return { host, proxy };
}

function open(t, proxy, options) {
  const run = readDevice(connect, `${proxy.address}/pushwire`, { after: "earliest", ...options });
  t.after(() => run.device.close());
  return run;
}

for (const [name, mode] of Object.entries(modes)) {
  test(`${name}: ${mode.expected}`, async (t) => {
    const { host, proxy } = await start(t, mode);
    const { device, seen } = open(t, proxy, patient);
    if (mode.endsAfterMs) setTimeout(() => proxy.clear(), mode.endsAfterMs);
    await assertComesThrough(mode, { host, look: () => ({ seen, status: device.status() }) });
  });
}

for (const [name, deadlineMs] of [["websocket swallowed", 2500], ["websocket and sse swallowed", 5000]]) {
  test(`${name}: with the default options, the first event is there within ${deadlineMs} ms`, async (t) => {
    const { proxy } = await start(t, modes[name]);
    const { device, seen } = open(t, proxy, {});
    await until(() => JSON.stringify(device.status()), () => seen.numbers.length > 0, deadlineMs);
    assert.equal(device.status().transport, modes[name].expected);
  });
}
