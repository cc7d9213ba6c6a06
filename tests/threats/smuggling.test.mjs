// Behind real proxies, which read the same bytes once more: however a request is made to look like another, what is hidden
// in it or behind it is never answered as a request of its own.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Host } from "../browser/support/host.mjs";
import { haproxy } from "../proxies/support/configurations.mjs";
import { ReverseProxy } from "../proxies/support/reverse-proxy.mjs";

// Each proxy writes into every request that it passes on who asks: what the server sees without that, the proxy has not seen.
// Connections to the server are kept, and used for whoever comes next.
const nginxKeeping = (version) => `
  upstream device { server 127.0.0.1:9000; keepalive 2; }
  server {
    listen 8080;
    location / {
      proxy_pass http://device;
      proxy_set_header Host $http_host;
      proxy_set_header X-User proxied;
      ${version}
    }
  }`;
const http11 = 'proxy_http_version 1.1; proxy_set_header Connection "";';
const setups = [
  { name: "nginx", kind: "nginx", config: nginxKeeping("") },
  { name: "nginx with HTTP/1.1", kind: "nginx", config: nginxKeeping(http11) },
  {
    name: "HAProxy",
    kind: "haproxy",
    config: `${haproxy()}http-reuse always\nhttp-request set-header X-User proxied\n`,
  },
];

const get = (target, ...fields) =>
  [`GET ${target} HTTP/1.1`, "Host: 127.0.0.1", ...fields, "", ""].join("\r\n");
const marker = get("/pushwire/poll");
const head = (framing) => `POST /cover HTTP/1.1\r\nHost: 127.0.0.1\r\n${framing}\r\n\r\n`;
const both = (coding) => head(`${coding}\r\nContent-Length: ${marker.length + 5}`) + "0\r\n\r\n" + marker;
const counted = (body, spelled = body.length) => `${head(`Content-Length: ${spelled}`)}${body}`;

/** Each hides one marker; a reader of another opinion would see it as a request. */
const disguises = {
  "CL and TE": head(`Content-Length: ${marker.length + 5}\r\nTransfer-Encoding: chunked`) + "0\r\n\r\n" + marker,
  "TE and CL": head(`Transfer-Encoding: chunked\r\nContent-Length: 4`) + "2a\r\n" + marker + "\r\n0\r\n\r\n",
  "two CL": head(`Content-Length: 0\r\nContent-Length: ${marker.length}`) + marker,
  "a list of CL": head(`Content-Length: 0, ${marker.length}`) + marker,
  "+CL": counted(marker, `+${marker.length}`),
  "CL and letters": counted(marker, `${marker.length}abc`),
  "negative CL": counted(marker, -1),
  "CL of 2^64": counted(marker, "18446744073709551616"),
  "CL in hexadecimal": counted(marker, `0x${marker.length.toString(16)}`),
  "CL behind a space": head(`Content-Length : ${marker.length}`) + marker,
  "CL in a folded line": head(`X: y\r\n Content-Length: ${marker.length}`) + marker,
  "CL behind a bare LF": head(`X: y\nContent-Length: ${marker.length}`) + marker,
  "CL behind a bare CR": head(`X: y\rContent-Length: ${marker.length}`) + marker,
  "CL behind a NUL": head(`X: y\0\r\nContent-Length: ${marker.length}`) + marker,
  "xchunked": head(`Transfer-Encoding: xchunked`) + "0\r\n\r\n" + marker,
  "TE of a list": head(`Transfer-Encoding: , chunked`) + "0\r\n\r\n" + marker,
  "TE of chunked and identity": head(`Transfer-Encoding: chunked, identity`) + "0\r\n\r\n" + marker,
  "two TE": head(`Transfer-Encoding: chunked\r\nTransfer-Encoding: identity`) + "0\r\n\r\n" + marker,
  "TE behind a space": both("Transfer-Encoding : chunked"),
  "TE behind a tab": both("Transfer-Encoding:\tchunked"),
  "TE behind a vertical tab": both("Transfer-Encoding:\x0bchunked"),
  "a chunk of 0x": head(`Transfer-Encoding: chunked`) + `0x0\r\n\r\n${marker}`,
  "a chunk's bare LF": head(`Transfer-Encoding: chunked`) + `0\n\n${marker}`,
  "a chunk's negative size": head(`Transfer-Encoding: chunked`) + `-1\r\n\r\n${marker}`,
  "a chunk's extension with LF": head(`Transfer-Encoding: chunked`) + `1;\n${marker.slice(0, 40)}\r\nx\r\n0\r\n\r\n`,
  "a body of GET": `GET /cover HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${marker.length}\r\n\r\n${marker}`,
  "an upgrade with a body": head(`Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: ${marker.length}`) + marker,
};

/** All that comes back until the end of the connection, or until it has been silent for so long. */
async function answersTo(address, bytes, silenceMs = 30_000) {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  let all = "";
  socket.setEncoding("latin1").on("data", (text) => (all += text));
  socket.on("error", () => {}); // cut
  socket.setTimeout(silenceMs, () => socket.destroy());
  socket.write(Buffer.from(bytes, "latin1"));
  await once(socket, "close");
  return all;
}

const count = (text, words) => text.split(words).length - 1;

for (const { name, kind, config } of setups) {
  test(`${name}: no request is hidden in another`, async (t) => {
    const host = await Host.start(t, "--users", "X-User");
    const proxy = await ReverseProxy.start(t, kind, host, config);
    assert.match(await answersTo(host.address, get("/pushwire/poll", "Connection: close")), /^HTTP\/1.1 401 /);
    assert.match(await answersTo(proxy.address, get("/pushwire/poll", "Connection: close")), /^HTTP\/1.1 200 /);
    await Promise.all(
      Object.entries(disguises).map(async ([disguise, bytes]) => {
        const seen = await answersTo(proxy.address, bytes + get("/after", "Connection: close"), 2000);
        assert.equal(count(seen, "HTTP/1.1 401 "), 0, `${disguise} has hidden a request from the proxy: ${seen}`);
        // Where the proxy and the server agree that it is a request of its own, it is answered once.
        assert.ok(count(seen, "HTTP/1.1 200 ") <= 1, `${disguise} is answered twice: ${seen}`);
      }),
    );
    for (let i = 0; i < 10; ++i) {
      const clean = await answersTo(proxy.address, get(`/clean-${i}`, "Connection: close"));
      assert.ok(clean.includes(`/clean-${i}`), `a kept connection holds what another client has left: ${clean}`);
    }
  });
}
