// Behind real proxies: a client is where it is, whatever it says of itself to the proxy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { curl } from "../browser/support/curl.mjs";
import { Host } from "../browser/support/host.mjs";
import { kinds } from "../proxies/support/kinds.mjs";
import { ReverseProxy } from "../proxies/support/reverse-proxy.mjs";

const guest = "127.0.0.9";
const stranger = "127.0.0.8";

/** What says: I am at that address. */
const claims = (address) => [
  [],
  [`X-Forwarded-For: ${address}`],
  [`X-Forwarded-For: ${address}, ${address}`],
  [`X-Forwarded-For: ${address}`, `X-Forwarded-For: ${address}`],
  [`Forwarded: for=${address}`],
  [`Forwarded: for=${address}`, `X-Forwarded-For: ${address}`],
  [`Connection: X-Forwarded-For`, `Forwarded: for=${address}`, `X-Forwarded-For: ${address}`],
  [`X-Real-IP: ${address}`, `X-Client-IP: ${address}`, `X_Forwarded_For: ${address}`],
];

for (const kind of Object.keys(kinds)) {
  test(`${kind}: a client that claims another address is known by its own`, async (t) => {
    const host = await Host.start(t, "--trusted-proxy", "127.0.0.1", "--let-in", guest);
    const proxy = await ReverseProxy.start(t, kind, host);
    const ask = (from, fields) =>
      curl(t, "--interface", from, ...fields.flatMap((field) => ["-H", field]), `${proxy.address}/device/pushwire/poll`);
    for (const fields of claims(stranger)) assert.equal((await ask(guest, fields)).status, 200, fields.join());
    for (const fields of claims(guest)) {
      const refused = await ask(stranger, fields);
      assert.equal(refused.status, 403, fields.join());
      assert.equal(JSON.parse(refused.body).detail, `not from ${stranger}`);
    }
  });
}
