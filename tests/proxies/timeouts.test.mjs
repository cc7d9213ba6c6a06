// Proxies that cut what is silent for three seconds, before a server that has nothing to say: its own heartbeat is 15 s.
import { describe, test } from "node:test";
import { assertEachOnceInOrder } from "../browser/support/numbers.mjs";
import { until } from "../browser/support/until.mjs";
import { assertEnded, open, settled, startHost } from "./support/client.mjs";
import { apache, caddy, haproxy, nginx, passHost, upgrade } from "./support/configurations.mjs";
import { ReverseProxy } from "./support/reverse-proxy.mjs";

const setups = {
  nginx: nginx(passHost, ...upgrade, "proxy_read_timeout 3s;"),
  haproxy: haproxy({ client: "3s", server: "3s", tunnel: "3s" }),
  caddy: caddy("transport http {", "read_timeout 3s", "}"),
  apache: apache("upgrade=websocket", "ProxyPreserveHost On", "Timeout 3"),
};

// What a client may use, and how its first connection ends.
const clients = {
  websocket: { transports: undefined, cut: /^closed-1006-after-\d{4}ms$/ },
  sse: { transports: ["sse", "long-poll", "poll"], cut: /^ended-after-\d{4}ms$/ },
  "long-poll": { transports: ["long-poll"], cut: /^http-50[24]/ },
};

describe("a client that was cut for its silence stays, the next time", { concurrency: true }, () => {
  for (const [kind, config] of Object.entries(setups)) {
    for (const [best, { transports, cut }] of Object.entries(clients)) {
      test(`${kind}, by ${best}`, async (t) => {
        const host = await startHost(t);
        const proxy = await ReverseProxy.start(t, kind, host, config);
        const run = open(t, proxy, { transports });
        await settled(run, best);
        await host.ask("burst counter 0 10");
        await settled(run, best, 8000, 45_000);
        await host.ask("burst counter 10 10");
        await until("the last number", () => run.seen.numbers.at(-1) === 19);
        assertEachOnceInOrder(run.seen.numbers, 0, 20);
        assertEnded(run, best, cut);
      });
    }
  }
});
