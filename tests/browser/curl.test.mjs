// What the protocol page promises to anybody with curl.
import assert from "node:assert/strict";
import { test } from "node:test";
import { curl, eventsOf, startCurl } from "./support/curl.mjs";
import { Host } from "./support/host.mjs";
import { until } from "./support/until.mjs";

const JSON_TYPE = "application/json";

async function start(t, ...args) {
  const host = await Host.start(t, ...args);
  await host.askAll("type userlogin history 100", "type temperature latest", "type blob bytes 10");
  return host;
}

/** The cursor of the log's head. */
async function head(t, host) {
  return JSON.parse((await curl(t, `${host.address}/pushwire/negotiate`)).body).cursor;
}

test("curl on the event stream gets hello, the states, live, and then events as they happen", async (t) => {
  const host = await start(t);
  await host.ask("emit temperature 21.5");
  const run = startCurl(t, `${host.address}/pushwire/sse`);
  const events = () => eventsOf(run.lines);
  await until("live", () => events().some(({ event }) => event === "pushwire.live"));

  await host.askAll('emit userlogin {"name":"ada"}', 'emit userlogin "two\\nlines"', "bytes blob 00ff10");
  await until("the events", () => events().length >= 6);

  const [hello, temperature, live, ...news] = events();
  assert.equal(hello.event, "pushwire.hello");
  assert.equal(hello.id, undefined, "a snapshot is due: there is no cursor yet");
  const words = JSON.parse(hello.data);
  assert.equal(words.control, "hello");
  assert.equal(words.protocol, 1);
  assert.equal(words.resume, "new");
  assert.match(words.session, /^[\w-]{43}$/);
  assert.deepEqual(words.transports, ["websocket", "sse", "long-poll", "poll"]);
  assert.deepEqual(temperature, { event: "temperature", data: "21.5" });
  assert.equal(live.event, "pushwire.live");
  assert.equal(JSON.parse(live.data).cursor, live.id);
  assert.deepEqual(
    news.map(({ event, data }) => [event, data]),
    [
      ["userlogin", '{"name":"ada"}'],
      ["userlogin", '"two\\nlines"'],
      ["blob", '"AP8Q"'],
    ],
  );
  const [epoch] = live.id.split("-");
  assert.deepEqual(
    news.map(({ id }) => id),
    [2, 3, 4].map((sequence) => `${epoch}-${sequence}`),
  );
});

test("an event stream that resumes begins behind its Last-Event-ID, and HTTP/1.0 gets it too", async (t) => {
  const host = await start(t);
  const cursor = await head(t, host);
  await host.askAll('emit userlogin "one"', 'emit userlogin "two"');
  for (const version of ["--http1.1", "--http1.0"]) {
    const run = startCurl(t, version, "-H", `Last-Event-ID: ${cursor}`, `${host.address}/pushwire/sse`);
    await until("what was missed", () => eventsOf(run.lines).length >= 3);
    const [hello, ...missed] = eventsOf(run.lines);
    assert.equal(JSON.parse(hello.data).resume, "ok");
    assert.equal(hello.id, cursor);
    assert.deepEqual(missed.map(({ data }) => data), ['"one"', '"two"'], version);
  }
});

test("?envelope=1 shows keys and removals, ?events= leaves out what was not asked for", async (t) => {
  const host = await start(t);
  await host.askAll("type sensor.celsius latest_by_key", 'state sensor.celsius cellar {"celsius":11}');
  const run = startCurl(t, `${host.address}/pushwire/sse?envelope=1&events=sensor.*,blob`);
  await until("live", () => run.lines.includes("event: pushwire.live"));
  await host.askAll("emit temperature 3", 'emit userlogin "nobody"', "erase sensor.celsius cellar", "bytes blob ff");
  await until("the last one", () => run.lines.includes("event: blob"));
  await until("its end", () => eventsOf(run.lines).at(-1).event === "blob");
  const told = eventsOf(run.lines)
    .filter(({ event }) => !event.startsWith("pushwire."))
    .map(({ data }) => JSON.parse(data));
  const id = (sequence) => told[0].id.replace(/\d+$/, sequence);
  assert.deepEqual(told, [
    { id: id(1), event: "sensor.celsius", key: "cellar", snapshot: true, data: { celsius: 11 } },
    { id: id(4), event: "sensor.celsius", key: "cellar", removed: true },
    { id: id(5), event: "blob", base64: "/w==" },
  ]);
});

test("a poll says 304 to its own ETag while nothing is new, and gives what is new", async (t) => {
  const host = await start(t);
  const poll = `${host.address}/pushwire/poll?after=${await head(t, host)}`;
  const first = await curl(t, poll);
  assert.equal(first.status, 200);
  assert.equal(first.fields["content-type"], JSON_TYPE);
  assert.match(first.fields["cache-control"], /no-cache, no-store, no-transform/);
  assert.deepEqual(JSON.parse(first.body).events, []);
  assert.match(first.fields.etag, /^W\/"[^"]+"$/);

  const second = await curl(t, "-H", `If-None-Match: ${first.fields.etag}`, poll);
  assert.equal(second.status, 304);
  assert.equal(second.body, "");

  await host.ask('emit userlogin "ada"');
  const third = await curl(t, "-H", `If-None-Match: ${first.fields.etag}`, poll);
  assert.equal(third.status, 200);
  const answer = JSON.parse(third.body);
  assert.equal(answer.resume, "ok");
  assert.deepEqual(answer.events, [{ id: answer.cursor, event: "userlogin", data: "ada" }]);
});

test("a poll of a newcomer has the states, with ?after=earliest also the history", async (t) => {
  const host = await start(t);
  await host.askAll('emit userlogin "ada"', "emit temperature 1", "emit temperature 2");
  const read = async (after) => JSON.parse((await curl(t, `${host.address}/pushwire/poll${after}`)).body);
  const newcomer = await read("");
  assert.equal(newcomer.resume, "new");
  assert.deepEqual(
    newcomer.events.map(({ event, data, snapshot }) => [event, data, snapshot]),
    [["temperature", 2, true]],
  );
  const earliest = await read("?after=earliest");
  assert.deepEqual(
    earliest.events.map(({ event, data }) => [event, data]),
    [["userlogin", "ada"], ["temperature", 2]],
  );
  assert.equal(earliest.cursor, newcomer.cursor);
});

test("a long-poll is held until there is news", async (t) => {
  const host = await start(t);
  const cursor = await head(t, host);
  const run = startCurl(t, "-i", `${host.address}/pushwire/long-poll?after=${cursor}&wait_ms=50000`);
  await until("the request", async () => (await host.conversations("long-poll")) === 1);
  assert.deepEqual(run.lines, [], "no answer while there is nothing to say");
  await host.ask('emit userlogin "ada"');
  assert.equal((await run.exit()).code, 0, run.stderr);
  assert.match(run.lines[0], /^HTTP\/1\.1 200 /);
  const answer = JSON.parse(run.lines.at(-1));
  assert.equal(answer.events[0].data, "ada");
  assert.equal(answer.events.length, 1);
});

test("a long-poll without a cursor, or with news to tell, answers at once; its wait ends", async (t) => {
  const host = await start(t);
  const cursor = await head(t, host);
  const read = async (query) => JSON.parse((await curl(t, `${host.address}/pushwire/long-poll?${query}`)).body);
  const newcomer = await read("wait_ms=50000");
  assert.deepEqual({ ...newcomer, cursor }, { resume: "new", events: [], cursor });
  assert.deepEqual((await read(`after=${cursor}&wait_ms=1`)).events, []);
  await host.ask('emit userlogin "ada"');
  assert.equal((await read(`after=${cursor}&wait_ms=50000`)).events.length, 1);
  assert.equal((await read("after=zzzzzzzz-9&wait_ms=50000")).resume, "reset");
});

test("the client script has an ETag, and HEAD tells its size", async (t) => {
  const host = await start(t);
  for (const name of ["client.js", "client.global.js"]) {
    const whole = await curl(t, `${host.address}/pushwire/${name}`);
    assert.equal(whole.status, 200);
    assert.match(whole.fields["content-type"], /^text\/javascript/);
    const size = whole.fields["content-length"];
    const unchanged = await curl(t, "-H", `If-None-Match: ${whole.fields.etag}`, `${host.address}/pushwire/${name}`);
    assert.equal(unchanged.status, 304);
    const heading = await curl(t, "--head", `${host.address}/pushwire/${name}`);
    assert.equal(heading.status, 200);
    assert.equal(heading.fields["content-length"], size);
    assert.equal(heading.body, "");
  }
});

const refusals = [
  ["a malformed place", ["/pushwire/poll?after=zzz"], 400, /zzz/],
  ["a malformed subscription", ["/pushwire/sse?events=ok,%21"], 400, /!/],
  ["a page of another origin", ["-H", "Origin: http://elsewhere.example", "/pushwire/sse"], 403, /elsewhere\.example/],
  ["a page without an origin", ["-H", "Origin: null", "/pushwire/poll"], 403, /null/],
  ["a name that is not ours", ["-H", "Host: rebound.example", "/pushwire/poll"], 421, /rebound\.example/],
  ["a path where nothing is", ["/pushwire/carrier-pigeon"], 404, /carrier-pigeon/],
  ["another method", ["-X", "DELETE", "/pushwire/poll"], 405, /DELETE|GET/],
  ["a plain request for a WebSocket", ["/pushwire/websocket"], 426, /./],
];
for (const [what, args, status, detail] of refusals) {
  test(`${what} is refused with ${status} and a problem that names it`, async (t) => {
    const host = await start(t);
    const answer = await curl(t, ...args.slice(0, -1), host.address + args.at(-1));
    assert.equal(answer.status, status);
    assert.equal(answer.fields["content-type"], "application/problem+json");
    const problem = JSON.parse(answer.body);
    assert.equal(problem.status, status);
    assert.match(problem.detail, detail);
  });
}

test("a transport that was switched off has no path and is not offered", async (t) => {
  const host = await start(t, "--without", "sse");
  assert.equal((await curl(t, `${host.address}/pushwire/sse`)).status, 404);
  const offer = JSON.parse((await curl(t, `${host.address}/pushwire/negotiate`)).body);
  assert.deepEqual(offer.transports.map(({ name }) => name), ["websocket", "long-poll", "poll"]);
});
