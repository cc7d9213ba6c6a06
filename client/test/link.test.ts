// The race of transports, what is learned from it, and coming back, with a clock that the test turns.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Listener } from "../src/transports/transport.js";
import { begin, causes, device, greet, hello, log, pass, refuse, setUp, settle, tearDown, wire } from "./played.js";

beforeEach(setUp);
afterEach(tearDown);

const only =
  (...names: string[]) =>
  (listener: Listener, name: string) =>
    void (names.includes(name) && listener.item(hello({ heartbeat_ms: 1e6 })));
const starts = (name: string) => wire.opened.filter((one) => one.name === name).map(({ at }) => at);
const steps = (times: number[]) => times.slice(1).map((at, i) => at - times[i]!);

test("each transport has a head start of a second over the next, while no round trip is known", async () => {
  begin(() => {});
  await pass(5000);
  const first = wire.opened[0]!.at;
  assert.deepEqual(
    wire.opened.map(({ name, at }) => [name, at - first]),
    [
      ["websocket", 0],
      ["sse", 1000],
      ["long-poll", 2000],
      ["poll", 3000],
    ],
  );
});

test("the first that delivers hello wins, and the others are dropped, each with its cause", async () => {
  const lines = begin(() => {});
  await pass(2500);
  assert.deepEqual(wire.open, ["websocket", "sse", "long-poll"]);
  wire.of("sse")[0]!.listener.opened();
  greet(wire.of("long-poll")[0]!.listener);
  await settle();
  assert.deepEqual(wire.open, ["long-poll"]);
  assert.deepEqual(lines, ["* connected long-poll ok"]);
  assert.deepEqual(causes(), ["websocket no-hello-in-2500ms", "sse buffered", "long-poll undefined"]);
});

test("a stream whose bytes trickle is slow, not held back: it does not rest", async () => {
  begin(() => {});
  await pass(2500);
  const { listener } = wire.of("sse")[0]!;
  listener.opened();
  listener.heard();
  greet(wire.of("long-poll")[0]!.listener);
  await settle();
  assert.equal(causes()[1], "sse no-hello-in-1500ms");
});

test("a poorer transport that was under way is outrun", async () => {
  begin(() => {});
  await pass(1200);
  greet(wire.of("websocket")[0]!.listener);
  await settle();
  assert.deepEqual(causes(), ["websocket undefined", "sse outrun"]);
});

test("where one is refused, the next begins at once", async () => {
  begin((listener, name) => (name === "poll" ? greet(listener) : refuse(listener)));
  await settle();
  assert.deepEqual(causes(), ["websocket http-403", "sse http-403", "long-poll http-403", "poll undefined"]);
  assert.equal(device.status().state, "connected");
});

test("head starts follow the measured round trip, within bounds", async () => {
  for (const [roundTripMs, headStartMs] of [
    [10, 500],
    [200, 800],
    [3000, 2000],
  ]) {
    begin(greet);
    await settle();
    await pass(roundTripMs!, 10);
    assert.deepEqual(wire.last.said, [{ control: "ping" }]);
    wire.last.listener.item({ control: "ping", cursor: "e-0" });
    assert.equal(device.status().roundTripMs, roundTripMs);
    wire.script = () => {};
    wire.last.listener.ended("closed-1006");
    await pass(10_000);
    assert.deepEqual(steps([wire.of("websocket").at(-1)!.at, wire.of("sse").at(-1)!.at]), [headStartMs]);
    tearDown();
    setUp();
  }
});

test("what never delivers fails in time, and the next round begins at the top", async () => {
  begin(() => {}, { headStartMs: 100, helloTimeoutMs: 3000 });
  await pass(3300);
  assert.equal(device.status().state, "waiting");
  assert.equal(causes()[0], "websocket no-hello-in-3000ms");
  await pass(300);
  assert.equal(wire.last.name, "websocket");
});

test("rounds that fail back off with full jitter from half a second to twenty", async () => {
  begin(refuse);
  await pass(120_000);
  const pauses = steps(starts("websocket"));
  assert.deepEqual(pauses.slice(0, 6), [250, 500, 1000, 2000, 4000, 8000]);
  assert.ok(pauses.slice(6).every((ms) => ms === 10_000));
  assert.equal(device.status().attempts.length, 20, "the list is bounded");
});

for (const cause of ["unreachable", "http-502"]) {
  test(`a server that is away (${cause}) is not taken for a blocked way: poorer transports are not tried`, async () => {
    begin((listener) => listener.ended(cause, { down: true }));
    await pass(60_000);
    assert.deepEqual(new Set(wire.names), new Set(["websocket", "sse"]));
    wire.script = greet;
    await pass(20_000);
    assert.equal(device.status().transport, "websocket");
  });
}

test("one that is answered 5xx alone is passed by", async () => {
  begin((listener, name) => (name === "sse" ? greet(listener) : listener.ended("http-502", { down: true })));
  await settle();
  assert.equal(device.status().transport, "sse");
});

test("the server's wish not to be asked holds the next round back", async () => {
  begin((listener) => listener.ended("http-503", { down: true, afterMs: 7000 }));
  await pass(6950);
  assert.equal(wire.opened.length, 2);
  await pass(50);
  assert.equal(wire.opened.length, 4);
});

for (const [what, act] of [
  ["greets and hangs up at once", (listener: Listener) => listener.ended("closed-1006")],
  ["says bye at once, come back at once", (listener: Listener) =>
    listener.item({ control: "bye", reason: "idle", reconnect: "resume", after_ms: 0 })],
] as const) {
  test(`a server that ${what} makes no hot loop`, async () => {
    begin((listener) => (greet(listener), act(listener)));
    await pass(60_000);
    assert.ok(wire.opened.length < 20, `${wire.opened.length} attempts in a minute`);
  });
}

test("better transports are tried again in the background, ever more rarely, and taken over", async () => {
  const lines = begin(only("sse"), { helloTimeoutMs: 1000 });
  await pass(1500);
  assert.deepEqual(lines, ["* connected sse ok"]);
  wire.opened[0]!.at = 0;
  await pass(300_000);
  const probes = steps(starts("websocket").slice(1));
  assert.ok(probes.length >= 4);
  for (let i = 1; i < 4; ++i) assert.ok(probes[i]! > 1.5 * probes[i - 1]!, `${probes}`);
  assert.equal(wire.of("sse").length, 1, "undisturbed meanwhile");
  wire.of("sse")[0]!.listener.item(log(5));
  wire.script = only("websocket", "sse");
  await pass(130_000);
  assert.equal(wire.last.after, "e-5");
  assert.deepEqual(lines.slice(1), ["log 5", "* switched sse websocket"]);
  assert.deepEqual(wire.open, ["websocket"]);
  assert.equal(device.status().attempts.at(-2)!.cause !== undefined, true);
});

test("what both give while one takes over from the other is given once", async () => {
  const lines = begin(only("sse"), { helloTimeoutMs: 2000 });
  await pass(1500);
  const old = wire.of("sse")[0]!;
  old.listener.item(log(1));
  await pass(5000);
  const better = wire.last;
  assert.deepEqual([better.name, better.after, better.closed], ["websocket", "e-1", false]);
  old.listener.item(log(2));
  better.listener.item(hello({ cursor: "e-1" }));
  better.listener.item(log(2));
  better.listener.item(log(3));
  old.listener.item(log(3));
  assert.deepEqual(lines, ["* connected sse ok", "log 1", "log 2", "* switched sse websocket", "log 3"]);
});

test("a transport that the server does not offer is not tried in the background", async () => {
  const offer = { transports: ["sse", "long-poll", "poll"] };
  begin((listener, name) => (name === "sse" ? listener.item(hello(offer)) : listener.ended("http-404")));
  await pass(300_000);
  assert.equal(wire.of("websocket").length, 1);
});

test("a transport that won three times in a row begins the race, and one that won less does not", async () => {
  begin(only("sse"), { probeMs: [1e9, 1e9] });
  for (const first of ["websocket", "websocket", "websocket", "sse"]) {
    const before = wire.opened.length;
    await pass(20_000);
    assert.equal(wire.opened[before]!.name, first);
    assert.deepEqual(wire.open, ["sse"]);
    wire.last.listener.item({ control: "bye", reason: "idle", reconnect: "resume", after_ms: 0 });
  }
});

test("connections that die soon after opening cost that transport its lives, and it comes back after a rest", async () => {
  begin((listener, name) => {
    listener.item(hello({ heartbeat_ms: 1e6 }));
    if (name === "websocket") setTimeout(() => listener.ended("closed-1006"), 180);
  });
  await pass(10_000);
  assert.equal(wire.of("websocket").length, 2);
  assert.equal(device.status().transport, "sse");
  assert.match(causes()[0]!, /^websocket closed-1006/);
  await pass(60_000);
  assert.equal(wire.of("websocket").length, 3, "tried again, died again");
  assert.equal(device.status().transport, "sse");
  await pass(20_000);
  assert.equal(wire.of("websocket").length, 3, "it rests for longer");
  wire.script = greet;
  await pass(300_000);
  assert.equal(device.status().transport, "websocket");
});

for (const [what, away] of [
  ["was away", true],
  ["began anew", false],
] as const) {
  test(`a server that ${what} costs no transport a life`, async () => {
    begin(greet);
    for (let i = 0; i < 6; ++i) {
      await pass(3000);
      let refusals = away ? 2 : 0;
      wire.script = (listener) => {
        if (refusals-- > 0) listener.ended("unreachable", { down: true });
        else listener.item(hello({ resume: away ? "ok" : "reset" }));
      };
      wire.last.listener.heard();
      wire.last.listener.ended("closed-1006");
      await pass(20_000);
    }
    const delivered = wire.opened.filter((conversation) => conversation.delivered).map(({ name }) => name);
    assert.deepEqual(delivered, Array(7).fill("websocket"));
  });
}

test("a silent connection that was cut teaches a shorter heartbeat, and costs no life", async () => {
  begin(greet);
  for (let i = 0; i < 4; ++i) {
    await pass(4000);
    wire.last.listener.ended("closed-1006");
    await pass(10_000);
    wire.last.listener.heard();
  }
  assert.deepEqual(new Set(wire.names), new Set(["websocket"]));
  assert.deepEqual(
    wire.opened.map(({ heartbeatMs }) => heartbeatMs),
    [undefined, 2400, 1200, 1000, 1000],
  );
});

test("a stream that falls silent is dead after two heartbeats and five seconds", async () => {
  begin((listener) => listener.item(hello({ heartbeat_ms: 1000 })), { transports: ["sse"] });
  await pass(6500);
  wire.last.listener.heard();
  await pass(6900);
  assert.equal(wire.opened.length, 1);
  await pass(5000);
  assert.equal(wire.opened.length, 2);
  assert.match(device.status().attempts[0]!.cause!, /^silent-for-\d+ms$/);
});

test("what came while the page stood still is heard before silence is judged", async () => {
  begin((listener) => listener.item(hello({ heartbeat_ms: 1000 })), { transports: ["sse"] });
  await pass(1000);
  mock.timers.setTime(Date.now() + 300_000); // all timers are late
  wire.last.listener.heard();
  await pass(5000);
  assert.equal(wire.opened.length, 1);
});

test("a bye is followed to the millisecond, and resumes", async () => {
  const lines = begin(greet);
  await pass(6000);
  wire.last.listener.item(log(5));
  wire.last.listener.item({ control: "bye", reason: "shutdown", reconnect: "resume", after_ms: 1234 });
  await pass(1233, 1);
  assert.equal(wire.opened.length, 1);
  assert.equal(device.status().state, "waiting");
  await pass(1);
  assert.deepEqual([wire.last.after, wire.last.session], ["e-5", "token"]);
  assert.deepEqual(lines, [
    "* connected websocket ok",
    "log 5",
    "* disconnected websocket",
    "* connected websocket ok",
  ]);
});

test("a connection that was steady comes back within four seconds, however often it is lost", async () => {
  begin(greet);
  for (let i = 0; i < 5; ++i) {
    await pass(6000);
    const lostAt = Date.now();
    wire.last.listener.heard();
    wire.last.listener.item({ control: "ping", cursor: "e-0" });
    wire.last.listener.ended("closed-1006");
    await pass(4000);
    assert.equal(wire.last.at - lostAt, 2000);
  }
});

test("use() goes on at once, from the cursor, and by that transport alone", async () => {
  const lines = begin(greet);
  await settle();
  wire.last.listener.item(log(1));
  device.use("long-poll");
  await settle();
  assert.deepEqual([wire.open, wire.last.after], [["long-poll"], "e-1"]);
  assert.deepEqual(lines, ["* connected websocket ok", "log 1", "* switched websocket long-poll"]);
  await pass(20_000);
  assert.equal(wire.of("websocket").length, 1, "nothing better is looked for");
  wire.script = () => {};
  device.use("auto");
  await pass(1000);
  assert.deepEqual(wire.open, ["long-poll", "websocket"], "read by until there is a better one");
  greet(wire.last.listener);
  await settle();
  assert.equal(lines.at(-1), "* switched long-poll websocket");
});

test("use() ends a wait, keeps to its transport, and says when that fails", async () => {
  const lines = begin(greet);
  await settle();
  wire.script = refuse;
  device.use("long-poll");
  await pass(20_000);
  assert.ok(wire.names.slice(1).every((name) => name === "long-poll"));
  assert.deepEqual(lines, ["* connected websocket ok", "* disconnected websocket"]);
  wire.script = greet;
  device.use("poll");
  await settle();
  assert.deepEqual(lines.slice(2), ["* connected poll ok", "* switched websocket poll"]);
  device.use("auto");
  await pass(50);
  assert.deepEqual([device.status().transport, lines.at(-1)], ["websocket", "* switched poll websocket"]);
});

test("a stream that somebody holds back is left for another transport, and is not tried again soon", async () => {
  const asked: string[] = [];
  mock.method(globalThis, "fetch", async (url: URL) => {
    asked.push(url.pathname);
    const events = [{ id: "e-1", event: "log", data: 1 }];
    return Response.json({ resume: "ok", events, cursor: "e-1" });
  });
  const lines = begin((listener, name) => {
    if (name === "sse") greet(listener);
    else if (name === "websocket") refuse(listener);
    else {
      greet(listener);
      listener.item(log(1));
    }
  });
  await pass(3000);
  assert.deepEqual(asked, ["/pushwire/poll"]);
  await pass(8000);
  assert.deepEqual(lines, [
    "* connected sse ok",
    "* disconnected sse",
    "* connected long-poll ok",
    "* switched sse long-poll",
    "log 1",
  ]);
  assert.ok(causes().includes("sse buffered"));
  await pass(20_000);
  assert.equal(wire.of("sse").length, 1);
});

test("a stream that gives what a request gives is not held back", async () => {
  mock.method(globalThis, "fetch", async () =>
    Response.json({ resume: "ok", events: [{ id: "e-1", event: "log", data: 1 }], cursor: "e-1" }),
  );
  begin(greet, { transports: ["sse"] });
  await pass(2500);
  wire.last.listener.item(log(1));
  await pass(10_000);
  assert.equal(wire.opened.length, 1);
});
