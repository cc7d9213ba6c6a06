// The pace of polls, with answers that the test gives and a clock that it turns.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { longPoll } from "../src/transports/long-poll.js";
import { poll } from "../src/transports/poll.js";
import type { Answer, Conversation, Listener, Reading } from "../src/transports/transport.js";

let asked: URL[];
let given: (Answer | undefined)[];
let cursor: string | undefined;
let conversation: Conversation;

const reading: Reading = {
  base: new URL("http://fake/pushwire/"),
  pollIntervalMs: 1000,
  cursor: () => cursor,
  session: () => undefined,
};
const listener: Listener = {
  heard() {},
  item() {},
  answer: (answer) => (given.push(answer), (cursor = answer?.cursor ?? cursor)),
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
  cursor = undefined;
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
  assert.deepEqual([asked.length, given], [1, []]);
});
