// SSE in a browser whose fetch cannot stream.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { connectTo } from "../src/connect.js";
import type { Device } from "../src/device.js";
import { record, until } from "./waiting.js";

class FakeEventSource extends EventTarget {
  static readonly opened: FakeEventSource[] = [];
  onerror?: () => void;
  closed = false;
  constructor(readonly url: URL) {
    super();
    FakeEventSource.opened.push(this);
  }
  close(): void {
    this.closed = true;
  }
  say(type: string, data: object): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify({ control: /pushwire.(.*)/.exec(type)?.[1], ...data }) }));
  }
}

const body = Object.getOwnPropertyDescriptor(Response.prototype, "body")!;
let device: Device;

beforeEach(() => {
  delete (Response.prototype as { body?: unknown }).body;
  Object.assign(globalThis, { EventSource: FakeEventSource });
});

afterEach(() => {
  device.close();
  Object.defineProperty(Response.prototype, "body", body);
});

test("EventSource gives what it is told the names of, and does not reconnect by itself", async () => {
  device = connectTo("http://fake/pushwire/", { transports: ["sse"], events: ["log"], backoffMs: [1, 1] });
  const lines = record(device);
  await until("opened", () => FakeEventSource.opened.length === 1);
  const [source] = FakeEventSource.opened;
  source!.say("pushwire.hello", { protocol: 1, session: "t", resume: "new", cursor: "e-1", heartbeat_ms: 1000 });
  source!.say("log", { id: "e-2", event: "log", data: 2 });
  source!.onerror!();
  await until("opened again", () => FakeEventSource.opened.length === 2);
  assert.equal(source!.closed, true);
  assert.equal(FakeEventSource.opened[1]!.url.search, "?envelope=1&after=e-2&events=log");
  assert.deepEqual(lines, ["* connected sse new", "log 2", "* disconnected sse"]);
});

test("without all names it is no way to read", async () => {
  device = connectTo("http://fake/pushwire/", {
    transports: ["sse"],
    events: ["log", "sensor.*"],
    backoffMs: [1e6, 1e6],
  });
  await until("a round", () => device.status().state === "waiting");
  assert.match(device.status().attempts[0]!.cause!, /needs-event-names/);
});
