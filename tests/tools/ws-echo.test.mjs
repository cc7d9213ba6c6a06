// RFC 6455 as the library frames it, seen from outside: what Autobahn's groups 1 to 7 and 9 ask for, by way of
// pushwire-ws-echo.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { WebSocket } from "../browser/node_modules/ws/wrapper.mjs";
import { Program, programs } from "../browser/support/program.mjs";
import { clientFrame, opcodes, RawWebSocket } from "../browser/support/raw-websocket.mjs";
import { until } from "../browser/support/until.mjs";
import { bad, good } from "./support/utf8.mjs";

const { continuation, text, binary, close, ping, pong } = opcodes;
const fin = 0x80;
const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
const most = 16 * 1024 * 1024;

const bytes = (content) => (typeof content === "string" ? Buffer.from(content) : content);
const whole = (opcode, content = "") => clientFrame(fin | opcode, bytes(content), mask);
const part = (opcode, content = "") => clientFrame(opcode, bytes(content), mask);
const last = (content = "") => whole(continuation, content);
const closing = (code, reason = "") => {
  const payload = Buffer.concat([Buffer.alloc(2), bytes(reason)]);
  payload.writeUInt16BE(code);
  return whole(close, payload);
};
const filled = (size) => Buffer.alloc(size, "*");
const sum = (content) => `${content.length} bytes, ${content.length > 200 ? content.compare(filled(content.length)) : content.toString("hex")}`;

/** All cases of a group, by one server. `run` opens a connection for each. */
function group(name, cases) {
  test(name, { concurrency: 4 }, async (t) => {
    const echo = new Program(t, programs.wsEcho);
    const address = await echo.listening();
    const open = (t, options) => RawWebSocket.open(t, address, { path: "/any/path?of=theirs", ...options });
    await cases({ t, echo, address, open });
    assert.equal(echo.stderr, "");
  });
}

/** What is sent, in pieces of `chop` bytes, is answered with these frames (`[opcode, content]`), and then the
 *  connection goes on (`code` undefined), or ends with this code (null: a close frame without one). */
async function answered(t, open, { sent, chop, echoed = [], code }) {
  const raw = await open(t);
  const stream = Buffer.concat(sent);
  for (let at = 0; at < stream.length; at += chop ?? stream.length) {
    raw.write(stream.subarray(at, at + (chop ?? stream.length)));
    if (chop < 10) await new Promise(setImmediate); // a segment of its own
  }
  const expected = echoed.map(([opcode, content]) => ({ opcode, content: bytes(content) }));
  if (code === undefined) {
    raw.send(ping, Buffer.from("and then"));
    expected.push({ opcode: pong, content: Buffer.from("and then") });
  } else {
    await until("the end of the connection", () => raw.ended);
    const said = raw.frames().at(-1);
    assert.equal(said?.opcode, close, "the last frame is a close frame");
    assert.equal(said.payload.length === 0 ? null : said.payload.readUInt16BE(0), code);
  }
  const seen = () => (code === undefined ? raw.frames() : raw.frames().slice(0, -1));
  await until(
    () => `${expected.length} frames, of which came ${seen().length}; ended: ${raw.ended}`,
    () => seen().length >= expected.length || raw.ended,
  );
  assert.deepEqual(
    seen().map(({ first, payload }) => [first, sum(payload)]),
    expected.map(({ opcode, content }) => [fin | opcode, sum(content)]),
  );
}

const cases = (list) => async ({ t, open }) => {
  await Promise.all(list.map(([what, how]) => t.test(what, (t) => answered(t, open, how))));
};
const fails = (what, code, ...sent) => [what, { sent, code }];
const echoes = (what, ...messages) => [
  what,
  { sent: messages.map(([opcode, content]) => whole(opcode, content)), echoed: messages },
];

group("1: messages of every size are said back", cases([
  ...[text, binary].flatMap((opcode) =>
    [0, 1, 125, 126, 127, 128, 65535, 65536].map((size) => echoes(`${opcode}: ${size} bytes`, [opcode, filled(size)])),
  ),
  ["65536 bytes, chopped by 997", { sent: [whole(text, filled(65536))], chop: 997, echoed: [[text, filled(65536)]] }],
  echoes("several at once", [text, "a"], [binary, Buffer.from([0, 255])], [text, ""], [text, "b"]),
]));

group("2: pings are answered, pongs are not", cases([
  ...["", "Hello", Buffer.from("00fffefdfcfb0000ff", "hex"), filled(125)].map((content) => [
    `a ping of ${bytes(content).length} bytes`,
    { sent: [whole(ping, content)], echoed: [[pong, content]] },
  ]),
  fails("a ping of 126 bytes", 1002, whole(ping, filled(126))),
  ["a ping of 125 bytes, byte by byte", { sent: [whole(ping, filled(125))], chop: 1, echoed: [[pong, filled(125)]] }],
  ["a pong", { sent: [whole(pong)] }],
  ["a pong with something, and a ping", { sent: [whole(pong, "x"), whole(ping, "y")], echoed: [[pong, "y"]] }],
  ["ten pings", {
    sent: [...Array(10).keys()].map((n) => whole(ping, `${n}`)),
    echoed: [...Array(10).keys()].map((n) => [pong, `${n}`]),
  }],
]));

group("3: reserved bits end the connection", cases(
  [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70].flatMap((bits) => [
    fails(`bits ${bits.toString(16)} of a text`, 1002, clientFrame(fin | bits | text, bytes("x"), mask)),
    fails(`bits ${bits.toString(16)} of a ping`, 1002, clientFrame(fin | bits | ping, bytes("x"), mask)),
    [`bits ${bits.toString(16)} behind a message, byte by byte`, {
      sent: [whole(text, "ok"), clientFrame(fin | bits | binary, bytes("x"), mask), whole(ping)],
      chop: 1, echoed: [[text, "ok"]], code: 1002,
    }],
  ]),
));

group("4: reserved opcodes end the connection", cases(
  [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [
    `opcode ${opcode}`,
    { sent: [whole(text, "ok"), whole(opcode, opcode % 2 ? "x" : ""), whole(ping)], echoed: [[text, "ok"]], code: 1002 },
  ]),
));

group("5: fragments make up a message, and what breaks their order ends the connection", cases([
  fails("a fragmented ping", 1002, part(ping, "a"), last("b")),
  fails("a fragmented pong", 1002, part(pong, "a"), last("b")),
  fails("a fragmented close", 1002, part(close, Buffer.from([3, 0xe8])), last()),
  ...[undefined, 1].flatMap((chop) => [
    [`two fragments, chop ${chop}`, { sent: [part(text, "a"), last("b")], chop, echoed: [[text, "ab"]] }],
    [`a ping between, chop ${chop}`, {
      sent: [part(text, "a"), whole(ping, "p"), last("b")], chop, echoed: [[pong, "p"], [text, "ab"]],
    }],
    [`pings between five, chop ${chop}`, {
      sent: [part(text, "a"), part(continuation, "b"), whole(ping, "1"), part(continuation, "c"),
        part(continuation, "d"), whole(ping, "2"), last("e")],
      chop, echoed: [[pong, "1"], [pong, "2"], [text, "abcde"]],
    }],
  ]),
  ["empty fragments", { sent: [part(text), part(continuation), last()], echoed: [[text, ""]] }],
  ["an empty one before and behind", { sent: [part(binary), part(continuation, "b"), last()], echoed: [[binary, "b"]] }],
  fails("a continuation of nothing", 1002, last("x"), whole(text, "y")),
  fails("an open continuation of nothing", 1002, part(continuation, "x"), whole(text, "y")),
  ["a continuation behind a message", {
    sent: [part(text, "a"), last("b"), last("c"), whole(text, "d")], echoed: [[text, "ab"]], code: 1002,
  }],
  fails("a text inside a message", 1002, part(text, "a"), whole(text, "b")),
  fails("a binary inside a message", 1002, part(text, "a"), part(binary, "b"), last()),
]));

group("6: text is UTF-8", async ({ t, open }) => {
  await cases([
    ...good.flatMap((content) => [
      echoes(`good: ${content.toString("hex").slice(0, 40)}`, [text, content]),
      [`in fragments of a byte: ${content.toString("hex").slice(0, 40)}`, {
        sent: [part(text), ...[...content].map((byte) => part(continuation, Buffer.from([byte]))), last()],
        echoed: [[text, content]],
      }],
    ]),
    ...bad.flatMap(([what, content]) => [
      fails(what, 1007, whole(text, content)),
      fails(`${what}, in fragments of a byte`, 1007,
        part(text), ...[...content].map((byte) => part(continuation, Buffer.from([byte]))), last()),
      [`${what}, byte by byte`, { sent: [whole(text, content)], chop: 1, code: 1007 }],
      echoes(`${what}, as binary`, [binary, content]),
    ]),
  ])({ t, open });
  const start = Buffer.from("cebae1bdb9cf83cebcceb5", "hex");
  await t.test("is refused where it goes wrong, before the message ends", async (t) => {
    const raw = await open(t);
    raw.write(part(text, start), part(continuation, Buffer.from("f490", "hex"))); // above U+10FFFF, whatever follows
    assert.equal(await raw.closeCode(), 1007);
  });
  await t.test("is refused where it goes wrong, before the frame ends", async (t) => {
    const raw = await open(t);
    const frame = whole(text, Buffer.concat([start, Buffer.from("f4908080", "hex"), filled(200)]));
    raw.write(frame.subarray(0, frame.length - 201));
    assert.equal(await raw.closeCode(), 1007);
  });
  await t.test("is not refused where it could still go well", async (t) => {
    const raw = await open(t);
    raw.write(part(text, Buffer.concat([start, Buffer.from("f0", "hex")])), whole(ping, "still"));
    await until("a pong", () => raw.frames().length > 0);
    raw.write(last(Buffer.from("9f9880", "hex")));
    await until("the message", () => raw.frames().length > 1);
    assert.deepEqual(raw.frames()[1].payload, Buffer.concat([start, Buffer.from("😀")]));
  });
});

group("7: closing", cases([
  ["with a code and a reason", { sent: [closing(1000, "done")], code: 1000 }],
  ["without a code", { sent: [whole(close)], code: null }],
  ["twice", { sent: [closing(1000), closing(1001)], code: 1000 }],
  ["and a ping behind it", { sent: [closing(1000), whole(ping, "x")], code: 1000 }],
  ["and a message behind it", { sent: [closing(1000), whole(text, "x")], code: 1000 }],
  ["behind a message", { sent: [whole(text, "x"), closing(1000)], echoed: [[text, "x"]], code: 1000 }],
  ["behind 256 KiB, and a ping", {
    sent: [whole(text, filled(262144)), closing(1000), whole(ping)], echoed: [[text, filled(262144)]], code: 1000,
  }],
  ["inside a message", { sent: [part(text, "a"), closing(1000), last("b")], code: 1000 }],
  ["with a byte alone", { sent: [whole(close, "a")], code: 1002 }],
  ["with a reason of 123 bytes", { sent: [closing(1000, filled(123))], code: 1000 }],
  ["with a reason of 124 bytes", { sent: [closing(1000, filled(124))], code: 1002 }],
  ["with a reason that is not UTF-8", { sent: [closing(1000, Buffer.from("cebaeda080", "hex"))], code: 1007 }],
  ["with a reason that is cut off", { sent: [closing(1000, Buffer.from("e282", "hex"))], code: 1007 }],
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999].map((code) => [
    `with ${code}`, { sent: [closing(code)], code },
  ]),
  ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map((code) => [
    `with ${code}, which may not be sent`, { sent: [closing(code)], code: 1002 },
  ]),
  ["byte by byte", { sent: [closing(4999, "κόσμε")], chop: 1, code: 4999 }],
]));

/** `content` in fragments of `size` bytes. */
function fragments(opcode, content, size) {
  const frames = [];
  for (let at = 0; at < content.length; at += size) {
    const first = (at === 0 ? opcode : continuation) | (at + size >= content.length ? fin : 0);
    frames.push(clientFrame(first, content.subarray(at, at + size)));
  }
  return frames;
}

group("9: limits", cases([
  ...[text, binary].flatMap((opcode) => [
    ...[65536, 262144, 1 << 20, 4 << 20, 8 << 20, most].map((size) => [
      `${opcode}: ${size} bytes`,
      { sent: [clientFrame(fin | opcode, filled(size))], echoed: [[opcode, filled(size)]] },
    ]),
    ...[64, 256, 1024, 4096, 65536, 1 << 20].map((size) => [
      `${opcode}: 4 MiB in fragments of ${size} bytes`,
      { sent: fragments(opcode, filled(4 << 20), size), echoed: [[opcode, filled(4 << 20)]] },
    ]),
    ...[64, 1024, 1500].map((chop) => [
      `${opcode}: 1 MiB, chopped by ${chop}`,
      { sent: [clientFrame(fin | opcode, filled(1 << 20))], chop, echoed: [[opcode, filled(1 << 20)]] },
    ]),
    ...[0, 16, 125, 4096].map((size) => [
      `${opcode}: a thousand of ${size} bytes`,
      { sent: Array(1000).fill(whole(opcode, filled(size))), echoed: Array(1000).fill([opcode, filled(size)]) },
    ]),
  ]),
  fails("a message above the limit", 1009, whole(binary, filled(most + 1)).subarray(0, 14)),
  fails("fragments above the limit", 1009, part(binary, filled(most)), whole(continuation, "x")),
  fails("a length of 2^63", 1009, Buffer.from("82ff8000000000000000", "hex"), mask),
  fails("a continuation whose length wraps", 1009, part(binary, "x"), Buffer.from("80ff7fffffffffffffff", "hex"), mask),
  fails("a length that is not the shortest, 16 bits", 1002, Buffer.from("82fe007d", "hex"), mask, filled(125)),
  fails("a length that is not the shortest, 64 bits", 1002, Buffer.from("82ff000000000000ffff", "hex"), mask),
  fails("a frame without a mask", 1002, Buffer.from("810568656c6c6f", "hex")),
]));

group("a client that does not read makes nothing grow", async ({ t, echo, open }) => {
  const megabytes = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${echo.child.pid}/status`, "utf8"))[1]) / 1024;
  const before = megabytes();
  const raw = await open(t);
  raw.socket.pause();
  const message = clientFrame(fin | binary, filled(1 << 20));
  const count = 128;
  for (let n = 0; n < count; ++n) raw.socket.write(message);
  let written = raw.socket.bytesWritten - raw.socket.writableLength;
  // The server has stopped reading when nothing more goes out for a while.
  for (let still = 0; still < 20; ) {
    await new Promise((go) => setTimeout(go, 10));
    const now = raw.socket.bytesWritten - raw.socket.writableLength;
    still = now === written ? still + 1 : 0;
    written = now;
  }
  assert.ok(raw.socket.writableLength > 64 << 20, `${raw.socket.writableLength} bytes were not taken`);
  assert.ok(megabytes() < before + 48, `${before} MB, now ${megabytes()} MB`);
  raw.socket.resume();
  await until("all of it", () => raw.frames().length === count);
  assert.ok(raw.frames().every(({ payload }) => payload.length === 1 << 20));
});

group("any path, any subprotocol, no extension", async ({ t, address, open }) => {
  for (const path of ["", "/", "/a", "/pushwire/websocket", "/getCaseCount?x=1&events=%%"]) {
    await t.test(`${path} with the client ws`, async (t) => {
      const socket = new WebSocket(`${address}${path}`, ["chat", "v2.chat"]);
      t.after(() => socket.terminate());
      const said = [];
      socket.on("message", (content, isBinary) => said.push(isBinary ? content : content.toString()));
      await until("the handshake", () => socket.readyState === WebSocket.OPEN);
      assert.equal(socket.protocol, "chat");
      assert.equal(socket.extensions, "");
      socket.send("κόσμε");
      socket.send(Buffer.from([0, 255]));
      await until("two messages", () => said.length === 2);
      assert.deepEqual(said, ["κόσμε", Buffer.from([0, 255])]);
    });
  }
  const raw = await open(t, { fields: "Sec-WebSocket-Extensions: permessage-deflate\r\n" });
  assert.match(raw.head, /^HTTP\/1\.1 101 /);
  assert.doesNotMatch(raw.head, /^Sec-WebSocket-(Extensions|Protocol)/im);
});

test("ends with SIGTERM and SIGINT, and says goodbye", async (t) => {
  for (const signal of ["SIGTERM", "SIGINT"]) {
    const echo = new Program(t, programs.wsEcho, ["--address", "127.0.0.1", "--port", "0"]);
    const raw = await RawWebSocket.open(t, await echo.listening(), { path: "/" });
    echo.signal(signal);
    assert.equal(await raw.closeCode(), 1001);
    raw.write(closing(1001));
    assert.deepEqual(await echo.exit(), { code: 0, signal: null });
  }
});
