// What happens to the page, played to a global object that has events as a window has them.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { begin, device, greet, log, pass, setUp, settle, tearDown, wire } from "./played.js";

let heard: EventTarget;
const page = { hidden: false };
const happen = (type: string) => heard.dispatchEvent(new Event(type));

beforeEach(() => {
  setUp();
  heard = new EventTarget();
  page.hidden = false;
  Object.assign(globalThis, {
    document: page,
    addEventListener: heard.addEventListener.bind(heard),
    removeEventListener: heard.removeEventListener.bind(heard),
  });
});

afterEach(() => {
  tearDown();
  for (const name of ["document", "addEventListener", "removeEventListener"]) delete (globalThis as any)[name];
});

const alone = { share: false };

for (const [gone, back] of [
  ["pagehide", "pageshow"],
  ["freeze", "resume"],
] as const) {
  test(`the connection ends with ${gone}, and goes on from the cursor with ${back}, without a word`, async () => {
    const lines = begin(greet, alone);
    await settle();
    wire.last.listener.item(log(3));
    happen(gone);
    await pass(600_000);
    assert.deepEqual([wire.open, wire.opened.length], [[], 1]);
    happen(back);
    await settle();
    assert.deepEqual([wire.open, wire.last.after], [["websocket"], "e-3"]);
    assert.deepEqual(lines, ["* connected websocket ok", "log 3"]);
    assert.equal(device.status().attempts[0]!.cause, "hidden");
  });
}

test("pageshow at the beginning changes nothing", async () => {
  begin(greet, alone);
  await settle();
  happen("pageshow");
  await pass(1000);
  assert.equal(wire.opened.length, 1);
});

test("a wait ends when the page becomes visible, and when the network is back", async () => {
  begin((listener) => listener.ended("unreachable", { down: true }), { ...alone, backoffMs: [1e6, 1e6] });
  await settle();
  const rounds = () => wire.of("websocket").length;
  assert.equal(rounds(), 1);
  page.hidden = true;
  happen("visibilitychange");
  await settle();
  assert.equal(rounds(), 1, "hidden");
  page.hidden = false;
  happen("visibilitychange");
  await settle();
  assert.equal(rounds(), 2, "visible");
  happen("online");
  await settle();
  assert.equal(rounds(), 3, "online");
});

test("but what the server advised is kept to", async () => {
  begin((listener) => listener.ended("http-503", { down: true, afterMs: 7000 }), alone);
  await settle();
  const before = wire.opened.length;
  happen("online");
  happen("visibilitychange");
  await settle();
  assert.equal(wire.opened.length, before);
});

test("a stream that died while the page stood still is known as dead soon after it is seen again", async () => {
  begin(greet, { ...alone, transports: ["sse"] });
  await settle();
  mock.timers.setTime(Date.now() + 600_000);
  happen("visibilitychange");
  await pass(200);
  assert.match(device.status().attempts[0]!.cause!, /^silent-for-600/);
});

test("when the network is back another conversation takes over, in case the old one is dead", async () => {
  const lines = begin(greet, alone);
  await settle();
  wire.last.listener.item(log(3));
  happen("online");
  await settle();
  assert.deepEqual([wire.opened.length, wire.open, wire.last.after], [2, ["websocket"], "e-3"]);
  assert.deepEqual(lines, ["* connected websocket ok", "log 3"]);
});

test("a closed device hears no more of the page", async () => {
  begin(greet, alone);
  await settle();
  device.close();
  for (const type of ["pagehide", "pageshow", "online", "resume"]) happen(type);
  await pass(10_000);
  assert.equal(wire.opened.length, 1);
});
