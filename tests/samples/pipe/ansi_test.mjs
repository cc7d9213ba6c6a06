// node --test tests/samples/pipe/ansi_test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAnsi } from "../../../samples/pipe/page/ansi.js";

const text = (line) => parseAnsi(line).runs.map((run) => run.text).join("");
const style = (line) => parseAnsi(line).runs.at(-1).style;

test("text without escapes is one run without a style", () => {
  assert.deepEqual(parseAnsi("a\tb <b>&amp;"), { runs: [{ text: "a\tb <b>&amp;", style: {} }], style: {} });
});

test("a style lasts until it is taken back, over the end of the line too", () => {
  const first = parseAnsi("plain \x1b[1;31mred");
  assert.deepEqual(first.runs, [{ text: "plain ", style: {} }, { text: "red", style: { bold: true, fg: 1 } }]);
  const second = parseAnsi("still\x1b[0m plain", first.style);
  assert.deepEqual(second.runs.map((run) => run.style), [{ bold: true, fg: 1 }, {}]);
});

test("each attribute can be switched off by itself", () => {
  assert.deepEqual(style("\x1b[1;2;3;4;7;8;9;31;42mx\x1b[22;23;24;27;28;29;39;49my"), {});
  assert.deepEqual(style("\x1b[4mx\x1b[4:0my"), {});
});

test("no parameter is zero", () => assert.deepEqual(style("\x1b[1mx\x1b[my"), {}));

test("bright, indexed and direct colors", () => {
  assert.deepEqual(style("\x1b[97;100mx"), { fg: 15, bg: 8 });
  assert.deepEqual(style("\x1b[38;5;9mx"), { fg: 9 });
  assert.deepEqual(style("\x1b[38;5;196;1mx"), { fg: "rgb(255, 0, 0)", bold: true });
  assert.deepEqual(style("\x1b[48;5;244mx"), { bg: "rgb(128, 128, 128)" });
  assert.deepEqual(style("\x1b[38;2;1;2;3mx"), { fg: "rgb(1, 2, 3)" });
  assert.deepEqual(style("\x1b[38:2::1:2:3;4mx"), { fg: "rgb(1, 2, 3)", underline: true });
});

test("colors out of range are none, and nothing else becomes CSS", () => {
  assert.deepEqual(style("\x1b[38;5;256mx"), {});
  assert.deepEqual(style("\x1b[38;2;1;2;999mx"), {});
  assert.deepEqual(style("\x1b[38;5mx"), {});
  assert.deepEqual(style("\x1b[38;2;1mx"), {});
  assert.equal(text("\x1b[38;2;red;url(x);1mx"), "ed;url(x);1mx"); // ends at "r", which is not SGR
});

test("other sequences and control characters are left out", () => {
  assert.equal(text("\x1b[2K\x1b[1;1Ha\x1b]0;title\x07b\x1b]8;;link\x1b\\c\x1b(Bd\x07\x00e\x7f\x9b"), "abcde");
  assert.equal(text("\x1b[?25lx\x1b[>4;1my"), "xy");
});

test("sequences that are cut off do no harm", () => {
  assert.equal(text("a\x1b"), "a");
  assert.equal(text("a\x1b[31"), "a31");
  assert.equal(text("a\x1b]0;title"), "a");
});

test("of a progress bar the last state is shown", () => {
  assert.equal(text("10 %\r50 %\r100 %\r"), "100 %");
  assert.equal(text("\r"), "");
});

test("a million escapes take no more than a moment", () => {
  const start = performance.now();
  parseAnsi("\x1b[1m\x1b[".repeat(200_000));
  parseAnsi("\x1b]".repeat(500_000));
  assert.ok(performance.now() - start < 5000);
});
