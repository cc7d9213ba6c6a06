import assert from "node:assert/strict";
import { test } from "node:test";
import { eventStreamParser, type StreamEvent } from "../src/event-stream.js";

const event = (data: string, type = "message", lastEventId = ""): StreamEvent => ({ type, data, lastEventId });

// The examples of the WHATWG HTML standard, section 9.2.6, and the rules around them.
const streams: [claim: string, text: string, events: StreamEvent[]][] = [
  ["data lines are joined by a line feed", "data: YHOO\ndata: +2\ndata: 10\n\n", [event("YHOO\n+2\n10")]],
  [
    "comments, ids, an id that is emptied, and an event without its end",
    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\ndata: cut off",
    [event("first event", "message", "1"), event("second event"), event(" third event")],
  ],
  ["empty data is data, where there are lines", "data\n\ndata\ndata\n\ndata:", [event(""), event("\n")]],
  ["one space after the colon is no part of the value", "data:test\n\ndata: test\n\n", [event("test"), event("test")]],
  ["a type holds for one event", "event: add\ndata: 1\n\ndata: 2\n\n", [event("1", "add"), event("2")]],
  ["a type without data says nothing", "event: add\n\ndata: 2\n\n", [event("2")]],
  ["an id without data is kept", "id: 7\n\ndata: x\n\n", [event("x", "message", "7")]],
  ["an id with NUL is ignored", "id: 1\n\nid: 2\0\ndata: x\n\n", [event("x", "message", "1")]],
  ["lines end with CR, LF or CRLF", "data: a\rdata: b\r\ndata: c\n\r\ndata: d\r\r", [event("a\nb\nc"), event("d")]],
  ["CRLF is one line end", "event: x\r\ndata: a\r\n\r\ndata: b\r\n\r\n", [event("a", "x"), event("b")]],
  ["one byte order mark is dropped", "\ufeffdata: a\n\n", [event("a")]],
  ["a second one belongs to a field that nobody knows", "\ufeff\ufeffdata: a\n\ndata: b\n\n", [event("b")]],
  ["retry, and fields that nobody knows, are ignored", "retry: 10\nData: a\ndata : a\nfoo: b\ndata: c\n\n", [event("c")]],
  ["characters of several bytes", "data: grüße €  𝄞\n\n", [event("grüße €  𝄞")]],
  ["a colon in a value", "data: a:b: c\n\n", [event("a:b: c")]],
  ["many empty lines", "\n\n\r\r\n\n", []],
];

function parse(bytes: Uint8Array, ...cuts: number[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  const push = eventStreamParser((e) => events.push(e));
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    push(bytes.subarray(from, cut));
    from = cut;
  }
  return events;
}

for (const [claim, text, expected] of streams) {
  test(`${claim}, cut anywhere`, () => {
    const bytes = new TextEncoder().encode(text);
    const all = Array.from(bytes.keys());
    assert.deepEqual(parse(bytes), expected);
    assert.deepEqual(parse(bytes, ...all), expected, "byte by byte");
    for (const a of all) {
      for (const b of all.slice(a)) assert.deepEqual(parse(bytes, a, b), expected, `cut at ${a} and ${b}`);
    }
  });
}
