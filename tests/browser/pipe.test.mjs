// pushwire-pipe with a real pipe on one side and a real browser on the other.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { assertAskedOnly, Chromium } from "./support/chromium.mjs";
import { curl } from "./support/curl.mjs";
import { assertEachOnceInOrder } from "./support/numbers.mjs";
import { openPipe, shown, startPipe as start, untilShown } from "./support/pipe.mjs";
import { Program, programs } from "./support/program.mjs";
import { readWebSocket } from "./support/readers.mjs";
import { transports } from "./support/transports.mjs";
import { until } from "./support/until.mjs";

const browser = new Chromium();
before(browser.start);
after(browser.stop);

const deadline = { timeout: 90_000 };

const open = (t, pipe, options) => openPipe(t, browser, pipe, options);
const notes = (page) => page.locator("#lines .note").allTextContents();

/** What is kept, read without the page: the payloads of an event type. */
async function kept(t, pipe, type = "line") {
  const { body } = await curl(t, `${pipe.address}/pushwire/poll?after=earliest&events=${type}`);
  return JSON.parse(body).events.map(({ data }) => data);
}

test("lines are shown as they come, and those from before to a newcomer", deadline, async (t) => {
  const pipe = await start(t, "--event", "line");
  pipe.write("one\ntwo\n");
  await until("both", async () => (await kept(t, pipe)).length === 2);
  const page = await open(t, pipe);
  await untilShown(page, "one", "two");
  pipe.write("three\r\n\nhalf");
  await untilShown(page, "one", "two", "three", "");
  pipe.write(" a line\n");
  await untilShown(page, "one", "two", "three", "", "half a line");
  assert.equal(await page.title(), "line");
  assert.equal(await page.textContent("#count"), "5 lines");
  assert.deepEqual(page.faults, []);
});

test("a shell's pipe is shown to its end, with the last line that has no end", deadline, async (t) => {
  const script = `(printf 'first\\nsecond\\n'; printf 'last') | "$0" --port 0`;
  const shell = new Program(t, "sh", ["-c", script, programs.pipe], { group: true });
  const address = await shell.listening();
  const page = await open(t, { address });
  await untilShown(page, "first", "second", "last");
  await until("the end", async () => (await page.textContent("#input")) === "the input has ended");
  const { body } = await curl(t, `${address}/pushwire/poll?events=pipe.input`);
  assert.deepEqual(JSON.parse(body).events[0].data, { lines: 3, skipped: 0, ended: true });
  shell.signal("SIGTERM");
  await shell.exit();
});

test("a flow of lines is shown by every transport, each once and in order", deadline, async (t) => {
  const pipe = await start(t, "--history", "100000");
  const page = await open(t, pipe);
  let next = 0;
  const feed = setInterval(() => pipe.write(`${next++}\n`), 5);
  t.after(() => clearInterval(feed));
  for (const transport of transports) {
    await page.evaluate((name) => window.pipe.device.use(name), transport);
    await until(`by ${transport}`, async () => (await page.getAttribute("html", "data-transport")) === transport);
    const before = (await shown(page)).length;
    await until("more lines", async () => (await shown(page)).length >= before + 20);
  }
  clearInterval(feed);
  await until("the last", async () => Number((await shown(page)).at(-1)) === next - 1);
  assertEachOnceInOrder((await shown(page)).map(Number), 0, next);
  assert.deepEqual(await notes(page), []);
});

test("a newcomer is told that earlier lines were not kept", deadline, async (t) => {
  const pipe = await start(t, "--history", "5");
  pipe.write(Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join(""));
  await until("the last", async () => (await kept(t, pipe)).at(-1) === "line 19");
  const page = await open(t, pipe);
  await untilShown(page, "line 15", "line 16", "line 17", "line 18", "line 19");
  assert.deepEqual(await notes(page), ["… 15 earlier lines not kept …"]);
});

test("--json reports a bad line by its number and takes the next; values stay as they are", deadline, async (t) => {
  const pipe = await start(t, "--json", "--event", "reading");
  const page = await open(t, pipe);
  pipe.write('{"celsius": 21.50}\n{"celsius": \n[1,2]\n{"a":1} {"b":2}\nnull\n');
  await untilShown(page, '{"celsius":21.5}', "[1,2]", "null");
  assert.deepEqual(pipe.stderr.match(/^.*$/gm).filter(Boolean), [
    "pushwire-pipe: line 2 is not JSON: skipped",
    "pushwire-pipe: line 4 is not JSON: skipped",
  ]);
  assert.deepEqual(await kept(t, pipe, "reading"), [{ celsius: 21.5 }, [1, 2], null]);
  pipe.closeInput();
  await until("the end", async () => (await page.textContent("#input")) === "2 lines skipped · the input has ended");
});

test("--after-eof exit says bye behind the last line, and ends well", deadline, async (t) => {
  const pipe = await start(t, "--after-eof", "exit");
  const { seen } = readWebSocket(WebSocket, `${pipe.address.replace("http", "ws")}/pushwire/websocket?events=line`);
  await until("hello", () => seen.frames.length > 0);
  const page = await open(t, pipe);
  pipe.write("one\ntwo");
  pipe.closeInput();
  assert.deepEqual(await pipe.exit(), { code: 0, signal: null });
  await until("the close", () => seen.closed);
  assert.equal(seen.closed.code, 1012);
  const behind = seen.frames.slice(seen.frames.findIndex(({ event }) => event));
  assert.deepEqual(behind.map(({ data, reason }) => data ?? reason), ["one", "two", "shutdown"]);
  await untilShown(page, "one", "two");
  await until("the loss", async () => /^Disconnected/.test(await page.textContent("#state")));
});

test("an event name that cannot be is refused", async (t) => {
  for (const name of ["a b", "pushwire.line", ""]) {
    const pipe = new Program(t, programs.pipe, ["--port", "0", "--event", name]);
    assert.equal((await pipe.exit()).code, 1);
    assert.ok(pipe.stderr.includes(`'${name}'`), pipe.stderr);
  }
});

test("hostile HTML, escapes and bytes in lines are text and nothing else", deadline, async (t) => {
  const pipe = await start(t);
  const page = await open(t, pipe);
  await page.evaluate(() => (window.hacked = 0));
  const hostile = [
    `<img src=x onerror="++window.hacked">`,
    `<script>++window.hacked</script>`,
    `</main><svg onload="++window.hacked">`,
    `<a href="javascript:++window.hacked">`,
    `&lt;b&gt; " ' \` \${1}`,
    `\x1b[31m<img src=x onerror="++window.hacked">\x1b[0m`,
    `\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07`,
    `\x1b[48;2;1;2;3;url(http://elsewhere.example/)mwide`,
  ];
  pipe.write(hostile.join("\n") + "\n");
  pipe.child.stdin.write(Buffer.from([0x62, 0x61, 0x64, 0xff, 0xc3, 0x0a]));
  await untilShown(
    page,
    ...hostile.slice(0, 5),
    `<img src=x onerror="++window.hacked">`,
    "link",
    `rl(http://elsewhere.example/)mwide`,
    "bad\ufffd\ufffd",
  );
  assert.equal(await page.locator("#lines :is(img, script, svg, a)").count(), 0);
  assert.equal(await page.evaluate(() => window.hacked), 0);
  assertAskedOnly(page, pipe.address);
  assert.deepEqual(page.faults, []);
});

test("ANSI colors are shown as colors, without their escapes", deadline, async (t) => {
  const pipe = await start(t);
  const page = await open(t, pipe);
  pipe.write("plain \x1b[1;38;2;10;200;30mgreen\x1b[0m plain\n\x1b[31mred\x1b[0m\n");
  pipe.write("\x1b[2Kprogress 10 %\rprogress 99 %\n");
  await untilShown(page, "plain green plain", "red", "progress 99 %");
  const styles = await page.locator("#lines .line span").evaluateAll((spans) =>
    spans.map((span) => {
      const { color, fontWeight } = getComputedStyle(span);
      return [span.textContent, color, fontWeight];
    }),
  );
  assert.deepEqual(styles[0], ["green", "rgb(10, 200, 30)", "700"]);
  assert.equal(styles[1][0], "red");
  const [red, green, blue] = styles[1][1].match(/\d+/g).map(Number);
  assert.ok(red > green + 50 && red > blue + 50, styles[1][1]);
});

test("the filter, following and a phone's width work", deadline, async (t) => {
  const pipe = await start(t);
  const page = await open(t, pipe, { viewport: { width: 390, height: 700 }, colorScheme: "dark" });
  pipe.write(Array.from({ length: 200 }, (_, i) => `line ${i} ${"long ".repeat(40)}\n`).join(""));
  await until("all of them", async () => (await page.textContent("#count")) === "200 lines");
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok((await overflow()) <= 0);
  const atEnd = () =>
    page.locator("#lines").evaluate((lines) => lines.scrollHeight - lines.scrollTop - lines.clientHeight < 8);
  assert.equal(await atEnd(), true, "it follows");
  await page.fill("#filter", "LINE 19");
  assert.equal(await page.locator("#lines .line:visible").count(), 11);
  assert.equal(await page.textContent("#count"), "200 lines · 11 matches");
  await page.fill("#filter", "");
  await page.locator("#lines").evaluate((lines) => (lines.scrollTop = 0));
  await until("a pause", async () => (await page.getAttribute("#follow", "aria-pressed")) === "false");
  pipe.write("news\n");
  await until("the news", async () => (await page.textContent("#follow")) === "↓ 1 new");
  await page.click("#follow");
  await until("the end", atEnd);
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  assert.deepEqual(page.faults, []);
});
