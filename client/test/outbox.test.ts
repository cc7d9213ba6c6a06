// What goes to the host, by transports and posts that the test answers itself.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { RequestError, type RequestOptions } from "../src/outbox.js";
import type { Options } from "../src/device.js";
import type { Item, TransportName } from "../src/transports/transport.js";
import { begin, device, greet, hello, log, pass, posts, setUp, settle, tearDown, wire } from "./played.js";

beforeEach(setUp);
afterEach(tearDown);

/** How it ended: "sent 5", "failed timeout", or undefined while it is under way. */
function outcome(promise: Promise<unknown>): { how?: string } {
  const seen: { how?: string } = {};
  promise.then(
    (data) => (seen.how = data === undefined ? "taken" : `gave ${JSON.stringify(data)}`),
    (error) => (seen.how = error instanceof RequestError ? error.code : error.name),
  );
  return seen;
}

const send = (name: string, data?: unknown) => outcome(device.send(name, data));
const request = (name: string, data?: unknown, options?: RequestOptions) => outcome(device.request(name, data, options));
const reply = (id: number, more: object = {}) => ({ reply: id, ...more }) as unknown as Item;
/** What a conversation was told, but for pings. */
const said = (conversation = wire.last) => conversation.said.filter(({ control }) => !control);
const names = (frames: any[]) => frames.map(({ send, request, ack }) => send ?? request ?? `ack ${ack}`);
const ids = (frames: any[]) => frames.map(({ id }) => id).filter(Boolean);

/** A device that is connected by that transport. */
async function connected(name: TransportName, options: Options = {}): Promise<string[]> {
  const lines = begin(greet, { transports: [name], ...options });
  await settle();
  assert.equal(device.status().transport, name);
  return lines;
}

test("messages and requests are numbered in one row, which begins with the clock", async () => {
  await connected("websocket");
  send("led", { on: true });
  request("version");
  send("nothing");
  const from = Date.now() * 1000;
  assert.deepEqual(said(), [
    { send: "led", data: { on: true }, id: from },
    { request: "version", id: from + 1 },
    { send: "nothing", id: from + 2 },
  ]);
});

test("numbers go on above what the server has", async () => {
  begin((listener) => listener.item(hello({ last_id: 8e15 })));
  await settle();
  send("a");
  assert.deepEqual(ids(said()), [8e15 + 1]);
});

test("a message has arrived when the server says that it has taken it, or fails with what it says", async () => {
  await connected("websocket");
  const good = send("a");
  const bad = send("b");
  await settle();
  assert.deepEqual([good.how, bad.how], [undefined, undefined]);
  const [a, b] = ids(said());
  wire.last.listener.item(reply(a));
  wire.last.listener.item(reply(b, { error: { code: "forbidden", message: "not you" } }));
  wire.last.listener.item({ reply: null, error: { code: "bad-frame", message: "" } } as unknown as Item);
  await settle();
  assert.deepEqual([good.how, bad.how], ["taken", "forbidden"]);
});

test("an error has the host's code and message", async () => {
  await connected("websocket");
  const failed = device.request("a");
  wire.last.listener.item(reply(ids(said())[0], { error: { code: "refused", message: "too hot" } }));
  await assert.rejects(failed, { code: "refused", message: "too hot" });
});

test("what cannot be serialized fails alone, and later changes to what was given change nothing", async () => {
  await connected("websocket");
  const cycle: { self?: object } = {};
  cycle.self = cycle;
  await assert.rejects(device.send("a", cycle), TypeError);
  await assert.rejects(device.request("a", 1n), TypeError);
  const data = { on: true };
  send("led", data);
  data.on = false;
  wire.last.listener.ended("cut");
  await pass(1000);
  assert.deepEqual(said()[0].data, { on: true });
});

test("what is given before there is a connection waits for one, in order", async () => {
  begin(() => {}, { transports: ["websocket"] });
  send("a");
  send("b");
  await pass(500);
  assert.deepEqual(said(), []);
  greet(wire.last.listener);
  await settle();
  assert.deepEqual(names(said()), ["a", "b"]);
});

test("what has no answer is handed over again, in order and with its number, to the next connection", async () => {
  await connected("websocket");
  const sent = ["a", "b", "c"].map((name) => send(name));
  const [first, ...others] = ids(said());
  wire.last.listener.item(reply(first));
  wire.last.listener.ended("cut");
  await settle();
  send("d");
  await pass(1000);
  assert.deepEqual(names(said()), [`ack ${first}`, "b", "c", "d"]);
  assert.deepEqual(ids(said()).slice(0, 2), others);
  for (const id of ids(said())) wire.last.listener.item(reply(id));
  wire.last.listener.item(reply(others[0]));
  await settle();
  assert.deepEqual(sent.map(({ how }) => how), ["taken", "taken", "taken"]);
});

test("an acknowledgement goes with the next frames, up to where all have been answered", async () => {
  await connected("websocket");
  const { listener } = wire.last;
  for (const name of ["a", "b", "c"]) send(name);
  const [a, b, c] = ids(said());
  listener.item(reply(a));
  listener.item(reply(c));
  send("d");
  assert.deepEqual(names(said()).slice(3), [`ack ${a}`, "d"]);
  send("e");
  assert.deepEqual(names(said()).slice(5), ["e"], "only if it grew");
  listener.item(reply(b));
  send("f");
  assert.deepEqual(names(said()).slice(6), [`ack ${c}`, "f"]);
});

test("a request that was given up counts as settled when its reply comes, and is not asked again", async () => {
  await connected("websocket");
  const abort = new AbortController();
  const late = request("a", null, { timeout: 300 });
  const gone = request("b", null, { signal: abort.signal });
  abort.abort();
  await pass(300);
  assert.deepEqual([late.how, gone.how], ["timeout", "AbortError"]);
  const [a, b] = ids(said());
  wire.last.listener.item(reply(a));
  wire.last.listener.item(reply(b));
  send("c");
  assert.deepEqual(names(said()).slice(2), [`ack ${b}`, "c"]);
  wire.last.listener.ended("cut");
  await pass(1000);
  assert.deepEqual(names(said()), ["c"]);
});

test("a request is given ten seconds, also offline; a message waits for as long as it takes", async () => {
  begin(() => {}, { transports: ["poll"], helloTimeoutMs: 1e9 });
  const asked = request("a");
  const sent = send("b");
  await pass(9950);
  assert.equal(asked.how, undefined);
  await pass(100);
  assert.deepEqual([asked.how, sent.how], ["timeout", undefined]);
  await pass(600_000, 1000);
  greet(wire.last.listener);
  await settle();
  assert.deepEqual(names(posts[0]!.frames), ["b"]);
  posts[0]!.take();
  await settle();
  assert.equal(sent.how, "taken");
});

test("a signal that was aborted before is honored", async () => {
  await connected("websocket");
  const signal = AbortSignal.abort(new Error("no"));
  await assert.rejects(device.request("a", null, { signal }), { message: "no" });
  assert.deepEqual(said(), []);
});

test("a thousand may wait, not more", async () => {
  begin(() => {});
  const waiting = Array.from({ length: 1000 }, () => send("a"));
  const one = send("b");
  await settle();
  assert.deepEqual([one.how, waiting.at(-1)!.how], ["queue-full", undefined]);
  greet(wire.opened[0]!.listener);
  await settle();
  for (let i = 0; i < 1000; ++i) wire.opened[0]!.listener.item(reply(ids(said(wire.opened[0]))[i]));
  await settle();
  assert.ok(waiting.every(({ how }) => how === "taken"));
  const later = send("c");
  await settle();
  assert.equal(later.how, undefined);
});

test("close() fails what waits, and what is given later", async () => {
  await connected("poll");
  const waiting = [send("a"), request("b")];
  device.close();
  const later = send("c");
  await settle();
  assert.deepEqual([...waiting, later].map(({ how }) => how), ["closed", "closed", "closed"]);
  assert.equal(posts[0]!.dropped, true);
  await pass(60_000, 1000);
  assert.equal(posts.length, 1);
});

test("a bye that says never does the same", async () => {
  await connected("websocket");
  const waiting = send("a");
  wire.last.listener.item({ control: "bye", reason: "policy", reconnect: "never", after_ms: 0 });
  await settle();
  const later = send("b");
  await settle();
  assert.deepEqual([waiting.how, later.how], ["closed", "closed"]);
});

test("a reply waits for the events before it, an error as well", async () => {
  await connected("websocket");
  const data = request("a");
  const error = request("b");
  const [a, b] = ids(said());
  const { listener } = wire.last;
  listener.item(reply(a, { data: 5, cursor: "e-2" }));
  listener.item(reply(b, { error: { code: "refused", message: "" }, cursor: "e-3" }));
  listener.item(log(1));
  await settle();
  assert.deepEqual([data.how, error.how], [undefined, undefined]);
  listener.item(log(2));
  await settle();
  assert.deepEqual([data.how, error.how], ["gave 5", undefined]);
  listener.item({ control: "ping", cursor: "e-3" });
  await settle();
  assert.equal(error.how, "refused");
});

test("a reply that waits is acknowledged, and does not wait for what another life of the log has", async () => {
  await connected("websocket");
  const waiting = request("a");
  const [a] = ids(said());
  wire.last.listener.item(reply(a, { data: 5, cursor: "e-9" }));
  send("b");
  assert.deepEqual(names(said()).slice(1), [`ack ${a}`, "b"]);
  await settle();
  assert.equal(waiting.how, undefined);
  wire.script = (listener) => {
    listener.item(hello({ resume: "reset", cursor: "f-0" }));
    listener.item({ control: "reset", cursor: "f-0" });
  };
  wire.last.listener.ended("cut");
  await pass(1000);
  assert.equal(waiting.how, "gave 5");
  assert.deepEqual(names(said()), ["b"]);
});

test("a newcomer is given a reply when its snapshot has ended", async () => {
  begin((listener) => listener.item(hello({ resume: "new", cursor: undefined })), { transports: ["websocket"] });
  await settle();
  const waiting = request("a");
  wire.last.listener.item(reply(ids(said())[0], { data: 5, cursor: "e-4" }));
  await settle();
  assert.equal(waiting.how, undefined);
  wire.last.listener.item({ control: "live", cursor: "e-4" });
  await settle();
  assert.equal(waiting.how, "gave 5");
});

// --- by POST ---

test("where the connection goes one way, all that waits is posted as one batch", async () => {
  begin(() => {}, { transports: ["sse"] });
  const sent = send("a");
  const asked = request("b", 7);
  await settle();
  assert.equal(posts.length, 0);
  greet(wire.last.listener);
  await settle();
  assert.equal(posts.length, 1);
  const [post] = posts;
  assert.equal(post!.token, "token");
  const from = Date.now() * 1000;
  assert.deepEqual(post!.frames, [
    { send: "a", id: from },
    { request: "b", data: 7, id: from + 1 },
  ]);
  post!.head();
  post!.end({ reply: from }, { reply: from + 1, data: 8 });
  await settle();
  assert.deepEqual([sent.how, asked.how], ["taken", "gave 8"]);
});

test("the next batch goes when the answer to the one before has begun, not before", async () => {
  await connected("sse");
  const slow = request("slow");
  send("b");
  send("c");
  await settle();
  assert.deepEqual(posts.map(({ frames }) => names(frames)), [["slow"]]);
  posts[0]!.head();
  await settle();
  assert.deepEqual(posts.map(({ frames }) => names(frames)), [["slow"], ["b", "c"]]);
  posts[1]!.take();
  await settle();
  send("d");
  assert.deepEqual(names(posts[2]!.frames), ["d"], "nothing to acknowledge while the first is under way");
  posts[0]!.end({ reply: ids(posts[0]!.frames)[0], data: 1 });
  posts[2]!.take();
  await settle();
  assert.equal(slow.how, "gave 1");
  send("e");
  assert.deepEqual(names(posts[3]!.frames), [`ack ${ids(posts[2]!.frames)[0]}`, "e"]);
});

test("a batch is bounded by its length", async () => {
  await connected("sse");
  send("first");
  for (let i = 0; i < 4; ++i) send("long", "x".repeat(40_000));
  posts[0]!.take();
  await settle();
  assert.deepEqual(names(posts[1]!.frames), ["long", "long"]);
  send("short");
  posts[1]!.take();
  await settle();
  assert.deepEqual(names(posts[2]!.frames), [`ack ${ids(posts[0]!.frames)[0]}`, "long", "long"]);
  posts[2]!.take();
  await settle();
  assert.equal(names(posts[3]!.frames).at(-1), "short");
});

for (const name of ["websocket", "sse"] as const) {
  test(`no more are on their way by ${name} than a server keeps answers of, and the rest follows`, async () => {
    begin(() => {}, { transports: [name] });
    const all = Array.from({ length: 600 }, () => send("a"));
    await settle();
    greet(wire.last.listener);
    await settle();
    const given = () => ids(name === "sse" ? posts.flatMap(({ frames }) => frames) : said());
    assert.ok(given().length > 200 && given().length <= 256, `${given().length}`);
    for (let i = 0; i < 600; ++i) {
      if (name === "sse") posts[i]?.take();
      else wire.last.listener.item(reply(given()[i]));
      await settle();
    }
    assert.ok(all.every(({ how }) => how === "taken"));
    assert.equal(new Set(given()).size, given().length, "each once");
  });
}

test("what a body that breaks off leaves unanswered is posted again after a pause, the rest goes on", async () => {
  await connected("sse");
  const sent = send("a");
  posts[0]!.head();
  await settle();
  posts[0]!.fail();
  await settle();
  assert.equal(posts.length, 1);
  await pass(950);
  send("b");
  assert.deepEqual(names(posts[1]!.frames), ["b"]);
  posts[1]!.take();
  await pass(100);
  assert.deepEqual(posts[2]!.frames.at(-1), posts[0]!.frames[0]);
  posts[2]!.take();
  await settle();
  assert.equal(sent.how, "taken");
});

test("a post that nobody answers is repeated, with all that came meanwhile, and makes no hot loop", async () => {
  await connected("sse");
  send("a");
  for (let i = 0; i < 10; ++i) {
    posts.at(-1)!.fail();
    await pass(900);
    send("b");
    await pass(150);
  }
  assert.equal(posts.length, 11);
  assert.equal(posts[10]!.frames.length, 11);
});

test("a post that hangs is given up when there is another conversation", async () => {
  await connected("sse");
  const sent = send("a");
  wire.last.listener.ended("cut");
  await pass(1000);
  assert.deepEqual(posts.map(({ frames, dropped }) => [names(frames), dropped]), [[["a"], true], [["a"], false]]);
  posts[1]!.take();
  await settle();
  assert.equal(sent.how, "taken");
});

for (const status of [429, 503]) {
  test(`${status} is followed: nothing is posted before Retry-After`, async () => {
    await connected("sse");
    const sent = send("a");
    posts[0]!.head(status, { "Retry-After": "7" });
    await pass(6950);
    send("b");
    assert.equal(posts.length, 1);
    await pass(100);
    assert.deepEqual(names(posts[1]!.frames), ["a", "b"]);
    assert.equal(posts[1]!.frames[0].id, posts[0]!.frames[0].id);
    posts[1]!.take();
    await settle();
    assert.equal(sent.how, "taken");
  });
}

for (const status of [400, 401, 403, 404, 413, 415]) {
  test(`${status} fails the batch, and nothing else`, async () => {
    await connected("sse");
    const refused = [send("a")];
    posts[0]!.head();
    const waiting = send("b");
    await settle();
    refused.push(waiting);
    const later = send("c");
    posts[1]!.head(status);
    await settle();
    assert.deepEqual(refused.map(({ how }) => how), [undefined, `http-${status}`]);
    assert.deepEqual(names(posts[2]!.frames).at(-1), "c");
    posts[2]!.take();
    await settle();
    assert.equal(later.how, "taken");
  });
}

test("an answer that is no list of replies is none", async () => {
  await connected("sse");
  const sent = send("a");
  posts[0]!.head();
  await settle();
  posts[0]!.end("<p>Log in</p>");
  await pass(1100);
  assert.equal(sent.how, undefined);
  assert.equal(posts.length, 2);
});

test("what is on its way by POST is handed over again in-band when the transport changes, and answered once", async () => {
  begin((listener, name) => name === "sse" && greet(listener), { transports: ["websocket", "sse"] });
  await pass(2000);
  const asked = request("a", null, { timeout: 60_000 });
  await settle();
  assert.equal(posts.length, 1);
  wire.script = greet;
  await pass(10_000);
  assert.equal(device.status().transport, "websocket");
  assert.deepEqual(said(), posts[0]!.frames);
  assert.equal(posts[0]!.dropped, true);
  wire.last.listener.item(reply(ids(said())[0], { data: 1 }));
  await settle();
  assert.equal(asked.how, "gave 1");
  await pass(10_000);
  assert.deepEqual([posts.length, said().length], [1, 1]);
});

test("and what is said in-band is posted when the transport is a poorer one", async () => {
  await connected("websocket", { transports: ["websocket", "poll"] });
  send("a");
  device.use("poll");
  await settle();
  assert.deepEqual(posts.at(-1)!.frames, said(wire.of("websocket")[0]));
});

// --- sessions ---

test("a session that is expired fails what it was given, and the next one gets the rest", async () => {
  await connected("websocket");
  const given = request("a");
  wire.last.listener.ended("cut");
  await settle();
  const waiting = send("b");
  wire.script = (listener) => listener.item(hello({ session: "other", session_state: "expired" }));
  await pass(1000);
  assert.deepEqual([given.how, waiting.how], ["outcome-unknown", undefined]);
  assert.deepEqual(names(said()), ["b"]);
  wire.last.listener.ended("cut");
  await pass(4000);
  assert.equal(wire.last.session, "other");
});

test("what was answered is given, although the session has expired since", async () => {
  await connected("websocket");
  const answered = request("a");
  wire.last.listener.item(reply(ids(said())[0], { data: 1, cursor: "e-3" }));
  wire.script = (listener) => listener.item(hello({ session: "other", session_state: "expired" }));
  wire.last.listener.ended("cut");
  await pass(1000);
  wire.last.listener.item(log(3));
  await settle();
  assert.equal(answered.how, "gave 1");
});

test("410 is an expired session, and its answer brings the next", async () => {
  await connected("sse");
  const taken = request("a");
  posts[0]!.head();
  await settle();
  const refused = send("b");
  const waiting = send("c");
  posts[1]!.head(410, { "Pushwire-Session": "other" });
  await pass(1100);
  assert.deepEqual([taken.how, refused.how, waiting.how], ["outcome-unknown", "outcome-unknown", undefined]);
  assert.deepEqual([names(posts[2]!.frames), posts[2]!.token], [["c"], "other"]);
});
