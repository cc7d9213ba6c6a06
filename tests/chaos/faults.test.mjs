// What decides, tested with values: where messages end, and which fault strikes whom.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Faults } from "./faults.mjs";
import { MessageReader, transportOf, withoutUpgrade } from "./http-sniff.mjs";
import { Random } from "./random.mjs";

const responses = [
  ["GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "hello"],
  ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", ""],
  ["GET", "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n", ""],
  ["GET", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"],
  ["GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\n\r\n\r\r\n0\r\nTrailer: x\r\n\r\n"],
  ["POST", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""],
  ["GET", "HTTP/1.1 200 OK\r\n\r\n", "until the end"],
];

test("messages end where they end, however the bytes are cut", () => {
  const random = new Random(1);
  const whole = Buffer.from(responses.map(([, head, body]) => head + body).join(""));
  for (let round = 0; round < 200; ++round) {
    const reader = new MessageReader({ responses: true });
    const read = responses.map(() => ["", ""]);
    let message = 0;
    reader.method = responses[0][0];
    for (let at = 0; at < whole.length; ) {
      const size = round === 0 ? whole.length : random.integer(1, 1 + (round % 20));
      reader.push(whole.subarray(at, (at += size)));
      for (let part; (part = reader.next()); ) {
        if (part.end) reader.method = responses[++message][0];
        else read[message][part.head ? 0 : 1] += part.bytes;
      }
    }
    assert.deepEqual(read, responses.map(([, head, body]) => [head, body]));
  }
});

test("an interim response is followed by the final one, and behind a 101 all is body", () => {
  const reader = new MessageReader({ responses: true });
  reader.push(Buffer.from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"));
  assert.equal(reader.next().head.first[1], "100");
  assert.equal(reader.next().head.first[1], "101");
  assert.equal(`${reader.next().bytes}`, "HTTP/1.1 200 OK\r\n\r\n");
  assert.equal(reader.next(), undefined);
});

test("a request's target tells its transport", () => {
  assert.equal(transportOf("/pushwire/websocket?after=x/poll"), "websocket");
  assert.equal(transportOf("/some/prefix/long-poll"), "long-poll");
  assert.equal(transportOf("/pushwire/negotiate"), "other");
  assert.equal(transportOf("/websocket/page"), "other");
});

test("a stripped request is as it was but for the two fields", () => {
  const head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUPGRADE: websocket\r\nX: y\r\n\r\n";
  assert.equal(`${withoutUpgrade(Buffer.from(head))}`, "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n");
});

const target = (transport = "sse", upgrade = false) => ({ transport, upgrade, drawn: new Map() });

test("the same seed draws the same, and what was drawn for a request stays", () => {
  const draws = (seed) => {
    const faults = new Faults(seed);
    faults.add({ kind: "hang-up", chance: 0.5 });
    faults.add({ kind: "kill", afterMs: [10, 1000] });
    return Array.from({ length: 100 }, () => {
      const one = target();
      const hangUp = Boolean(faults.find("hang-up", one));
      assert.equal(Boolean(faults.find("hang-up", one)), hangUp);
      const { afterMs } = faults.find("kill", one);
      assert.equal(faults.find("kill", one).afterMs, afterMs);
      return [hangUp, afterMs];
    });
  };
  assert.deepEqual(draws(3), draws(3));
  assert.notDeepEqual(draws(3), draws(4));
  const struck = draws(3).filter(([hangUp]) => hangUp).length;
  assert.ok(struck > 30 && struck < 70, `${struck} of 100`);
  assert.ok(draws(3).every(([, afterMs]) => afterMs >= 10 && afterMs <= 1000));
});

test("a fault strikes whom it is meant for, so often as it is told", () => {
  const faults = new Faults(1);
  faults.add({ kind: "swallow", on: ["sse", "poll"], times: 2 });
  faults.add({ kind: "answer", status: 403, upgrade: true });
  assert.equal(faults.find("swallow", target("websocket")), undefined);
  assert.ok(faults.find("swallow", target("sse")));
  assert.ok(faults.find("swallow", target("poll")));
  assert.equal(faults.find("swallow", target("sse")), undefined);
  assert.ok(faults.find("answer", target("websocket", true)));
  assert.equal(faults.find("answer", target("websocket", false)), undefined);
});

test("a fault that could not strike as it is written is refused", () => {
  const faults = new Faults(1);
  for (const fault of [
    { kind: "swalow" },
    { kind: "swallow", on: "websockets" },
    { kind: "swallow", afterMs: 5 },
    { kind: "answer" },
    { kind: "buffer", until: "later" },
    { kind: "refuse", on: "sse" },
  ]) {
    assert.throws(() => faults.add(fault), TypeError, JSON.stringify(fault));
  }
});
