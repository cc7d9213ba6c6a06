// The pace of polls, with answers that the test gives and a clock that it turns.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { longPoll } from "../src/transports/long-poll.js";
import { poll } from "../src/transports/poll.js";
import type { Answer, Conversation, Item, Listener, Reading } from "../src/transports/transport.js";

let asked: URL[];
let given: Item[];
let cursor: string | undefined;
let heartbeatMs: number | undefined;
let conversation: Conversation;

const reading: Reading = {
  base: new URL("http://fake/pushwire/"),
  pauseMs: 1000,
  events: () => undefined,
  fresh: () => [],
  cursor: () => cursor,
  session: () => undefined,
  meet() {},
  beatMs: () => heartbeatMs,
};
const listener: Listener = {
  opened() {},
  heard() {},
  item(item) {
    assert.ok(typeof item === "object");
    given.push(item);
    if (item.control) cursor = (item.cursor as string) ?? cursor;
  },
  ended: (cause) => assert.fail(cause),
};

function answerWith(answer: () => Partial<Answer>): void {
  mock.method(globalThis, "fetch", async (url: URL) => {
    asked.push(url);
    return Response.json({ resume: "ok", events: [], cursor: "e-0", ...answer() });
  });
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    for (let i = 0; i < 4; ++i) await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(10);
  }
}

beforeEach(() => {
  asked = [];
  given = [];
  cursor = heartbeatMs = undefined;
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

afterEach(() => {
  conversation.close();
  mock.timers.reset();
  mock.restoreAll();
});

test("poll asks once in its interval", async () => {
  answerWith(() => ({}));
  conversation = poll.open(reading, listener);
  await pass(5000);
  assert.ok(asked.length >= 5 && asked.length <= 6, `${asked.length} requests`);
});

test("long-poll answers that come early and bring nothing slow the asking down", async () => {
  answerWith(() => ({}));
  conversation = longPoll.open(reading, listener);
  await pass(20_000);
  assert.ok(asked.length <= 9, `${asked.length} requests`);
});

test("long-poll answers that repeat what is known slow the asking down as well", async () => {
  answerWith(() => ({ events: [{ id: "e-9", event: "log", data: 1 }], cursor: "e-9", more: true }));
  conversation = longPoll.open(reading, listener);
  await pass(20_000);
  assert.ok(asked.length <= 9, `${asked.length} requests`);
});

test("long-poll answers that bring something are followed at once", async () => {
  let sequence = 0;
  answerWith(() => ({ cursor: `e-${++sequence}` }));
  conversation = longPoll.open(reading, listener);
  await pass(500);
  assert.ok(asked.length > 20, `${asked.length} requests`);
});

test("a closed conversation asks no more and gives no more", async () => {
  answerWith(() => ({}));
  conversation = poll.open(reading, listener);
  conversation.close();
  await pass(5000);
  assert.equal(asked.length, 1);
});

test("an answer begins with a hello where it is the first, and ends where its events do", async () => {
  const events = [{ id: "e-9", event: "log", data: 1 }];
  answerWith(() => ({ events, cursor: "e-9", more: asked.length === 1, resume: "new" }));
  conversation = poll.open(reading, listener);
  await pass(500);
  assert.deepEqual(given.slice(0, 4), [
    { control: "hello", protocol: 1, heartbeat_ms: 5500, resume: "new" },
    events[0],
    { control: "ping", cursor: "e-9" },
    events[0],
  ]);
  assert.deepEqual(given[4], { control: "live", cursor: "e-9" });
});

test("long-poll waits no longer than silence is known to survive", async () => {
  heartbeatMs = 1800;
  answerWith(() => ({ cursor: `e-${asked.length}` }));
  conversation = longPoll.open(reading, listener);
  await pass(100);
  assert.deepEqual(
    asked.slice(0, 3).map(({ searchParams }) => searchParams.get("wait_ms")),
    ["0", "1800", "1800"],
  );
});
