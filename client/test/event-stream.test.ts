import assert from "node:assert/strict";
import { test } from "node:test";
import { eventStreamParser } from "../src/event-stream.js";

// The examples of the WHATWG HTML standard, section 9.2.6, and the rules around them.
const streams: [claim: string, text: string, data: string[]][] = [
  ["data lines are joined by a line feed", "data: YHOO\ndata: +2\ndata: 10\n\n", ["YHOO\n+2\n10"]],
  [
    "comments, ids, an id that is emptied, and an event without its end",
    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\ndata: cut off",
    ["first event", "second event", " third event"],
  ],
  ["empty data is data, where there are lines", "data\n\ndata\ndata\n\ndata:", ["", "\n"]],
  ["one space after the colon is no part of the value", "data:test\n\ndata: test\n\n", ["test", "test"]],
  ["types say nothing", "event: add\ndata: 1\n\ndata: 2\n\n", ["1", "2"]],
  ["a type without data says nothing", "event: add\n\ndata: 2\n\n", ["2"]],
  ["an id without data says nothing", "id: 7\n\ndata: x\n\n", ["x"]],
  ["an id with NUL says nothing", "id: 1\n\nid: 2\0\ndata: x\n\n", ["x"]],
  ["lines end with CR, LF or CRLF", "data: a\rdata: b\r\ndata: c\n\r\ndata: d\r\r", ["a\nb\nc", "d"]],
  ["CRLF is one line end", "event: x\r\ndata: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]],
  ["one byte order mark is dropped", "\ufeffdata: a\n\n", ["a"]],
  ["a second one belongs to a field that nobody knows", "\ufeff\ufeffdata: a\n\ndata: b\n\n", ["b"]],
  ["retry, and fields that nobody knows, are ignored", "retry: 10\nData: a\ndata : a\nfoo: b\ndata: c\n\n", ["c"]],
  ["characters of several bytes", "data: grüße €  𝄞\n\n", ["grüße €  𝄞"]],
  ["a colon in a value", "data: a:b: c\n\n", ["a:b: c"]],
  ["many empty lines", "\n\n\r\r\n\n", []],
];

function parse(bytes: Uint8Array, ...cuts: number[]): string[] {
  const events: string[] = [];
  const push = eventStreamParser((data) => events.push(data));
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
