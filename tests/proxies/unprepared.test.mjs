// Proxies that nobody has set up for events, or not well: which transport gets through, and what the client says of the
// others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEnded, finish, more, open, settled, startHost } from "./support/client.mjs";
import { apache, apacheModule, buffer, caddy, haproxy, nginx, passHost, upgrade } from "./support/configurations.mjs";
import { ReverseProxy } from "./support/reverse-proxy.mjs";

const lines = (...all) => all.join("\n");
const refused = /^http-4(03|26)$/; // by the server: a foreign page, or no handshake
const heldBack = /^(buffered|no-hello-in-\d+ms)$/;

const setups = [
  { name: "nginx with proxy_pass alone", kind: "nginx", config: nginx(), best: "sse", ended: { websocket: refused } },
  {
    name: "nginx that passes no Upgrade",
    kind: "nginx",
    config: nginx(passHost),
    best: "sse",
    ended: { websocket: /^http-426$/ },
  },
  {
    name: "nginx that passes Upgrade and not the browser's Host",
    kind: "nginx",
    config: nginx(...upgrade),
    best: "sse",
    ended: { websocket: refused },
  },
  { name: "nginx that passes both", kind: "nginx", config: nginx(passHost, ...upgrade), best: "websocket", ended: {} },
  {
    name: "nginx that passes both and buffers",
    kind: "nginx",
    config: nginx(passHost, ...upgrade, buffer),
    best: "websocket",
    ended: {},
  },
  {
    name: "nginx that passes no Upgrade and buffers",
    kind: "nginx",
    config: nginx(passHost, buffer),
    best: "long-poll",
    ended: { websocket: /^http-426$/, sse: heldBack },
  },
  {
    // Buffers are handed on when they are full; the chunks of HTTP/1.1 are handed on as they are.
    name: "nginx that passes no Upgrade and buffers HTTP/1.1",
    kind: "nginx",
    config: nginx(passHost, "proxy_http_version 1.1;", buffer),
    best: "sse",
    ended: { websocket: /^http-426$/ },
  },
  { name: "HAProxy with a backend alone", kind: "haproxy", config: haproxy(), best: "websocket", ended: {} },
  { name: "Caddy with reverse_proxy alone", kind: "caddy", config: caddy(), best: "websocket", ended: {} },
  {
    name: "Apache with ProxyPass alone",
    kind: "apache",
    config: apache(),
    best: "sse",
    ended: { websocket: refused },
  },
  {
    name: "Apache that passes upgrades and not the browser's Host",
    kind: "apache",
    config: apache("upgrade=websocket"),
    best: "sse",
    ended: { websocket: refused },
  },
  {
    name: "Apache with mod_proxy_wstunnel and no word of it",
    kind: "apache",
    config: lines(apacheModule("proxy_wstunnel"), apache("", "ProxyPreserveHost On")),
    best: "sse",
    ended: { websocket: /^http-426$/ },
  },
  {
    name: "Apache with mod_proxy_wstunnel and a line for WebSockets",
    kind: "apache",
    config: lines(
      apacheModule("proxy_wstunnel"),
      apache("", "ProxyPreserveHost On", "ProxyPass /pushwire/websocket ws://127.0.0.1:9000/pushwire/websocket"),
    ),
    best: "websocket",
    ended: {},
  },
];

for (const { name, kind, config, best, ended } of setups) {
  test(`${name}: the client reads by ${best}`, async (t) => {
    const host = await startHost(t);
    const proxy = await ReverseProxy.start(t, kind, host, config);
    const run = open(t, proxy);
    await settled(run, best);
    await host.ask("flow counter 0 100");
    await more(run, 50);
    await finish(host, run);
    assert.deepEqual(run.seen.disconnected, []);
    for (const [transport, cause] of Object.entries(ended)) assertEnded(run, transport, cause);
  });
}

for (const [name, kind, config] of [
  ["HAProxy", "haproxy", haproxy()],
  ["Caddy", "caddy", caddy()],
]) {
  test(`${name} with nothing set up lets server-sent events through`, async (t) => {
    const host = await startHost(t);
    const proxy = await ReverseProxy.start(t, kind, host, config);
    const run = open(t, proxy, { transports: ["sse", "long-poll", "poll"] });
    await settled(run, "sse");
    await host.ask("flow counter 0 100");
    await more(run, 50);
    await finish(host, run);
  });
}

test("events that now and then fill the proxy's buffer do not pass for a stream", async (t) => {
  const host = await startHost(t);
  const proxy = await ReverseProxy.start(t, "nginx", host, nginx(passHost, buffer));
  await host.ask("flow counter 0 10"); // 4 KiB in five seconds
  const run = open(t, proxy, { after: "earliest", probeMs: [500, 500] });
  await settled(run, "long-poll");
  await more(run, 30);
  await finish(host, run);
  assert.equal(run.device.status().transport, "long-poll");
  assertEnded(run, "sse", heldBack);
});
