// The recipes of docs/proxies, each before a server of ours.
import assert from "node:assert/strict";
import { test } from "node:test";
import { curl } from "../browser/support/curl.mjs";
import { transports } from "../browser/support/transports.mjs";
import { finish, more, open, settled, startHost } from "./support/client.mjs";
import { kinds } from "./support/kinds.mjs";
import { ReverseProxy } from "./support/reverse-proxy.mjs";

const path = "/device";

for (const kind of Object.keys(kinds)) {
  test(`${kind}: a client gets through by WebSocket`, async (t) => {
    const host = await startHost(t);
    const proxy = await ReverseProxy.start(t, kind, host);
    const run = open(t, proxy, { path });
    await settled(run, "websocket");
    await host.ask("flow counter 0 200");
    await more(run, 50);
    await finish(host, run);
    assert.deepEqual(run.seen.disconnected, []);
  });

  test(`${kind}: no transport loses a number while the proxy reloads and restarts`, async (t) => {
    const host = await startHost(t);
    const proxy = await ReverseProxy.start(t, kind, host);
    const runs = transports.map((name) => open(t, proxy, { path, transports: [name], pollIntervalMs: 50 }));
    await Promise.all(runs.map((run, at) => settled(run, transports[at])));
    await host.ask("flow counter 0 200");
    await Promise.all(runs.map((run) => more(run, 50)));
    await proxy.reload();
    await Promise.all(runs.map((run) => more(run, 50)));
    await proxy.restart();
    await Promise.all(runs.map((run) => more(run, 50)));
    for (const run of runs.slice(0, 2)) assert.ok(run.device.status().attempts.length > 1, "the streams were cut");
    await finish(host, ...runs);
  });

  test(`${kind}: an event of a quiet stream is not kept for company`, async (t) => {
    const host = await startHost(t);
    const proxy = await ReverseProxy.start(t, kind, host);
    const run = open(t, proxy, { path, transports: ["sse"] });
    await settled(run, "sse");
    let quickestMs = Infinity; // a busy machine may be late now and then; a proxy that waits always does
    for (let number = 0; number < 5; ++number) {
      const begun = Date.now();
      await host.ask(`emit counter ${number}`);
      await more(run, number + 1 - run.seen.numbers.length);
      quickestMs = Math.min(quickestMs, Date.now() - begun);
    }
    assert.ok(quickestMs < 100, `${quickestMs} ms`);
  });

  test(`${kind}: the address of the launch leads to the page that the proxy has for it`, async (t) => {
    const host = await startHost(t, "--launch-token", "yes");
    const proxy = await ReverseProxy.start(t, kind, host);
    const { pathname, search } = new URL((await host.ask("launch-url")).url);
    const address = `${proxy.address}${path}${pathname}${search}`;
    const { status, fields } = await curl(t, address);
    assert.equal(status, 303);
    assert.equal(new URL(fields.location, address).href, `${proxy.address}${path}/`);
    const cookie = fields["set-cookie"].replace(/;.*/, "");
    const poll = (...args) => curl(t, ...args, `${proxy.address}${path}/pushwire/poll`);
    assert.equal((await poll("-H", `Cookie: ${cookie}`)).status, 200);
    assert.equal((await poll()).status, 401);
  });

  test(`${kind}: the server is asked under the name that the browser used`, async (t) => {
    const host = await startHost(t);
    const proxy = await ReverseProxy.start(t, kind, host);
    const foreign = await curl(t, "-H", "Host: device.example:1234", `${proxy.address}${path}/pushwire/poll`);
    assert.equal(foreign.status, 421);
    assert.match(JSON.parse(foreign.body).detail, /"device\.example:1234"/);
  });
}
