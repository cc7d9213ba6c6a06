// pushwire-pipe --echo-messages: what browsers send reaches the program on the other side of the pipe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAskedOnly, Chromium } from "./support/chromium.mjs";
import { curl } from "./support/curl.mjs";
import { openPipe, shown, startPipe as start, untilShown } from "./support/pipe.mjs";
import { Program, programs, quietPort } from "./support/program.mjs";
import { beginSession } from "./support/session.mjs";
import { transports } from "./support/transports.mjs";
import { until } from "./support/until.mjs";

const browser = new Chromium();
before(browser.start);
after(browser.stop);

const deadline = { timeout: 90_000 };
const open = (t, pipe, options) => openPipe(t, browser, pipe, options);

/** The messages that were printed so far: each line but the first, which says the address. */
const printed = (pipe) => pipe.lines.slice(1).map((line) => JSON.parse(line));

async function untilPrinted(pipe, ...data) {
  await until(() => `${JSON.stringify(data)}; there is ${pipe.lines.slice(1)}`, () => printed(pipe).length >= data.length);
  assert.deepEqual(printed(pipe).map((message) => message.data), data);
}

const say = async (page, text) => {
  await page.fill("#say-text", text);
  await page.press("#say-text", "Enter");
};

async function untilResult(page, pattern) {
  let text;
  await until(() => `${pattern}; there is ${text}`, async () => pattern.test((text = await page.textContent("#say-result"))));
}

/** A shell's program with `$0` for pushwire-pipe, which prints the address first. */
async function startShell(t, script, ...args) {
  const shell = new Program(t, "bash", ["-c", script, programs.pipe, ...args], { group: true });
  shell.address = await shell.listening();
  return shell;
}

test("what is typed into the page is printed as a line of JSON, and the page says so", deadline, async (t) => {
  const pipe = await start(t, "--echo-messages");
  const page = await open(t, pipe);
  await say(page, `say "hi" / <b>\u2028\u00e9`);
  await untilResult(page, /^Sent$/);
  await untilPrinted(pipe, `say "hi" / <b>\u2028\u00e9`);
  assert.equal(await page.inputValue("#say-text"), "");
  const [{ name, session }] = printed(pipe);
  assert.equal(name, "message");
  assert.match(session, /^[\w-]{8,40}$/);
  assert.ok(await page.isHidden("#say-name"), "there is one name only");
  assert.deepEqual(page.faults, []);
  assertAskedOnly(page, pipe.address);
});

test("two pages are told apart by their sessions", deadline, async (t) => {
  const pipe = await start(t, "--echo-messages");
  for (const text of ["one", "two"]) {
    const page = await open(t, pipe);
    await say(page, text);
    await untilResult(page, /^Sent$/);
  }
  const [one, two] = printed(pipe);
  assert.notEqual(one.session, two.session);
});

test("by each transport, messages and requests are printed once each and in order", deadline, async (t) => {
  const pipe = await start(t, "--echo-messages");
  const page = await open(t, pipe);
  const expected = [];
  for (const transport of transports) {
    await page.evaluate((name) => window.pipe.device.use(name), transport);
    await until(`by ${transport}`, async () => (await page.getAttribute("html", "data-transport")) === transport);
    const replies = await page.evaluate(async (transport) => {
      const { device } = window.pipe;
      const replies = [];
      for (let i = 0; i < 5; ++i) {
        await device.send("message", { transport, i });
        replies.push(await device.request("message", [transport, i]));
      }
      return replies;
    }, transport);
    assert.deepEqual(replies, Array(5).fill(true));
    for (let i = 0; i < 5; ++i) expected.push({ transport, i }, [transport, i]);
  }
  await untilPrinted(pipe, ...expected);
});

test("any program sends by POST; JSON over several lines is printed as one", deadline, async (t) => {
  const pipe = await start(t, "--echo-messages");
  const post = await beginSession(t, pipe.address);
  assert.deepEqual((await post({ request: "message", id: 1, data: 1.5 }, { send: "message" })).map(({ data }) => data), [true]);
  const { fields } = await curl(t, "-H", "Pushwire-Session: new", `${pipe.address}/pushwire/poll`);
  const frames = '[\n  {"request": "message", "id": 1,\r\n "data": {\n  "a": [1,\n 2.5]\n}}\n]';
  const session = `Pushwire-Session: ${fields["pushwire-session"]}`;
  await curl(t, "-H", session, "-H", "Content-Type: application/json", "--data-binary", frames, `${pipe.address}/pushwire/send`);
  await untilPrinted(pipe, 1.5, null, { a: [1, 2.5] });
});

test("a program in bash answers through the pipe", deadline, async (t) => {
  const script = `
    coproc WEB { exec "$0" --port 0 --echo-messages --after-eof exit; }
    read -r listening <&"\${WEB[0]}"
    echo "$listening"
    while read -r message <&"\${WEB[0]}"; do
      echo "heard $message" >&"\${WEB[1]}"
    done`;
  const shell = await startShell(t, script);
  const page = await open(t, shell);
  await say(page, "hello");
  await until("an answer", async () => (await shown(page)).length === 1);
  assert.match((await shown(page))[0], /^heard {"name":"message","session":"[\w-]+","data":"hello"}$/);
  await say(page, "again");
  await until("another", async () => (await shown(page)).length === 2);
  assert.deepEqual(page.faults, []);
});

test("further names are offered, and others are unknown", deadline, async (t) => {
  const pipe = await start(t, "--echo-messages", "--message", "reset", "--message", "motor.speed", "--json");
  const page = await open(t, pipe);
  assert.deepEqual(await page.locator("#say-name option").allTextContents(), ["message", "motor.speed", "reset"]);
  await page.selectOption("#say-name", "motor.speed");
  await say(page, "{not JSON");
  await untilResult(page, /^This is not JSON\.$/);
  assert.equal(await page.inputValue("#say-text"), "{not JSON", "it can be mended");
  await say(page, '{"rpm": 100}');
  await untilResult(page, /^Sent$/);
  await untilPrinted(pipe, { rpm: 100 });
  assert.equal(printed(pipe)[0].name, "motor.speed");
  const post = await beginSession(t, pipe.address);
  const [{ error }] = await post({ request: "other", id: 1, data: 1 });
  assert.equal(error.code, "unknown-name");
  assert.equal(printed(pipe).length, 1);
});

test("without the flag nothing is taken, and there is no input line", deadline, async (t) => {
  const pipe = await start(t);
  const page = await open(t, pipe);
  assert.ok(await page.isHidden("#say"));
  const code = await page.evaluate(() => window.pipe.device.request("message", 1).catch(({ code }) => code));
  assert.equal(code, "unknown-name");
  assert.equal(pipe.lines.length, 1);
});

test("names that cannot be, and names without --echo-messages, are refused", async (t) => {
  for (const [args, words] of [
    [["--echo-messages", "--message", "a b"], "'a b'"],
    [["--echo-messages", "--message", "pushwire.x"], "'pushwire.x'"],
    [["--message", "reset"], "--echo-messages"],
  ]) {
    const pipe = new Program(t, programs.pipe, ["--port", "0", ...args]);
    assert.equal((await pipe.exit()).code, 1);
    assert.ok(pipe.stderr.includes(words), pipe.stderr);
    assert.deepEqual(pipe.lines, []);
  }
});

test("a reader that stands still holds up no line of the input; what it does not take is refused", deadline, async (t) => {
  const pipe = await start(t, "--echo-messages");
  const page = await open(t, pipe);
  pipe.child.stdout.pause();
  const asked = page.evaluate(() => {
    const padding = "x".repeat(20_000);
    const ask = (n) => window.pipe.device.request("message", { n, padding }, { timeout: 60_000 }).catch(({ code }) => code);
    return Promise.all(Array.from({ length: 40 }, (_, n) => ask(n)));
  });
  await until("a report", () => pipe.stderr.includes("nobody takes the messages off the standard output"));
  pipe.write("still here\n");
  await untilShown(page, "still here");
  await say(page, "anybody?");
  await untilResult(page, /^The program that messages are for does not take them\. Try again later\.$/);

  pipe.child.stdout.resume();
  const outcomes = await asked;
  assert.deepEqual([...new Set(outcomes)].sort(), ["busy", true]);
  await say(page, "back");
  await untilResult(page, /^Sent$/);
  await until("the last one", () => printed(pipe).at(-1)?.data === "back");
  const numbers = printed(pipe).slice(0, -1).map(({ data }) => data.n);
  assert.deepEqual(numbers, outcomes.flatMap((outcome, n) => (outcome === true ? [n] : [])));
});

test("without a reader messages are refused, and the input goes on", deadline, async (t) => {
  const shell = await startShell(t, `"$0" --port 0 --echo-messages | head -n 1`);
  const page = await open(t, shell);
  await until("a report", () => shell.stderr === "pushwire-pipe: the standard output takes no more messages: Broken pipe\n");
  await say(page, "anybody?");
  await untilResult(page, /^The program that messages are for takes no more of them\.$/);
  shell.write("still here\n");
  await untilShown(page, "still here");
});

test("a standard output that was closed from the start takes no messages", deadline, async (t) => {
  const port = await quietPort();
  new Program(t, "bash", ["-c", `exec "$0" --port ${port} --echo-messages >&-`, programs.pipe]);
  const address = `http://127.0.0.1:${port}`;
  await until("a server", () => fetch(address).then(({ ok }) => ok, () => false));
  const post = await beginSession(t, address);
  const [{ error }] = await post({ request: "message", id: 1, data: 1 });
  assert.equal(error.code, "closed");
});

test("the input line fits a phone, takes a slash, and is off while the server is away", deadline, async (t) => {
  const pipe = await start(t, "--echo-messages", "--message", "a.rather.long.name.of.messages");
  const page = await open(t, pipe, { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.focus("#say-text");
  await page.keyboard.type("a/b");
  assert.equal(await page.inputValue("#say-text"), "a/b");
  pipe.signal("SIGTERM");
  assert.deepEqual(await pipe.exit(), { code: 0, signal: null });
  await until("the loss", () => page.isDisabled("#say-text"));
});
