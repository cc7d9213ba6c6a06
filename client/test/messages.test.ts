// Messages and requests over real connections: what is run once whatever happens, and tabs that share a connection.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { WebSocket } from "ws";
import { connectTo } from "../src/connect.js";
import type { Device, Options } from "../src/device.js";
import type { TransportName } from "../src/transports/transport.js";
import { FakeServer } from "./fake-server.js";
import { record, until } from "./waiting.js";

Object.assign(globalThis, { WebSocket });

const quick: Options = { pollIntervalMs: 50, backoffMs: [10, 50] };
const all: TransportName[] = ["websocket", "sse", "long-poll", "poll"];

let server: FakeServer;
let devices: Device[];

async function connected(options: Options = {}): Promise<Device> {
  const device = connectTo<Record<string, any>>(server.base, { ...quick, ...options });
  devices.push(device);
  await until("connected", () => device.status().state === "connected" && device.status().cursor);
  return device;
}

/** What the server has run, by name. */
const ran = () => server.ran.map(({ send, request }) => send ?? request);

/** Lets a handler wait until it is told to go on. */
function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

beforeEach(async () => {
  server = await new FakeServer().start();
  devices = [];
});

afterEach(async () => {
  for (const device of devices) device.close();
  await server.stop();
});

for (const name of all) {
  describe(name, () => {
    const only: Options = { transports: [name] };

    test("what is sent is run in order, once, and answered", async () => {
      const device = await connected(only);
      server.handle = ({ request, data }) => {
        if (request === "bad") throw { code: "refused", message: "no" };
        return data * 2;
      };
      const sent = Array.from({ length: 50 }, (_, i) => device.send("n", i));
      assert.equal(await device.request("twice", 21), 42);
      await Promise.all(sent);
      await assert.rejects(device.request("bad"), { code: "refused", message: "no" });
      assert.deepEqual(server.ran.slice(0, 50).map(({ data }) => data), Array.from({ length: 50 }, (_, i) => i));
      assert.deepEqual(ran().slice(50), ["twice", "bad"]);
      const ids = server.ran.map(({ id }) => id!);
      assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
    });

    test("a reply comes after the events that its handler emitted", async () => {
      const device = await connected(only);
      const lines = record(device);
      server.handle = () => {
        server.emit("log", 1);
        server.emit("log", 2);
      };
      await device.request("emit");
      assert.deepEqual(lines, ["log 1", "log 2"]);
    });

    test("what was under way when all connections were cut is run once, and answered", async () => {
      const device = await connected(only);
      const { open, opened } = gate();
      server.handle = () => opened.then(() => "done");
      const asked = device.request("slow");
      const sent = device.send("message");
      await until("both", () => ran().length === 2);
      server.cut();
      await until("another try", () => server.asked.at(-1)!.transport !== "websocket" || server.open.length === 1);
      open();
      assert.equal(await asked, "done");
      await sent;
      assert.deepEqual(ran(), ["slow", "message"]);
    });

    test("a session that the server forgot is another one, which goes on", async () => {
      const device = await connected(only);
      server.handle = () => new Promise(() => {});
      const lost = assert.rejects(device.request("lost"), { code: "outcome-unknown" });
      await until("it runs", () => ran().length);
      server.forget();
      server.cut();
      await lost;
      server.handle = () => "again";
      assert.equal(await device.request("next"), "again");
    });
  });
}

test("a request is answered once, and what it asks run once, while the transport changes all the time", async () => {
  const device = await connected();
  const { open, opened } = gate();
  server.handle = ({ data }) => (data ? undefined : opened.then(() => "done"));
  const asked = device.request("slow");
  const sent: Promise<void>[] = [];
  for (const to of ["poll", "sse", "long-poll", "websocket", "sse", "websocket"] as const) {
    device.use(to);
    for (let i = 0; i < 5; ++i) sent.push(device.send("n", sent.length + 1));
    await until(`${to} delivers`, () => device.status().transport === to);
  }
  open();
  assert.equal(await asked, "done");
  await Promise.all(sent);
  const run = server.ran.filter(({ send }) => send).map(({ data }) => data);
  assert.deepEqual(run.sort((a, b) => a - b), Array.from({ length: 30 }, (_, i) => i + 1));
  assert.equal(server.asked.filter(({ transport }) => transport === "send").length > 0, true);
});

test("replies are acknowledged by what follows them", async () => {
  const device = await connected({ transports: ["sse"] });
  await device.send("a");
  await device.send("b");
  await device.send("c");
  assert.deepEqual(server.acks, server.ran.slice(0, 2).map(({ id }) => id));
});

// --- pages ---

describe("a page", () => {
  const heard = new EventTarget();
  const names = ["document", "navigator", "sessionStorage", "addEventListener", "removeEventListener"];
  const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  let storage: Record<string, string>;
  const happen = (type: string) => heard.dispatchEvent(new Event(type));
  const used = () => server.asked.at(-1)!.protocols[1]?.replace("pushwire.session.", "");

  beforeEach(() => {
    storage = {};
    const values = [
      { hidden: false },
      {},
      storage,
      heard.addEventListener.bind(heard),
      heard.removeEventListener.bind(heard),
    ];
    names.forEach((name, i) => Object.defineProperty(globalThis, name, { value: values[i], configurable: true }));
  });

  afterEach(() => {
    for (const device of devices) device.close();
    names.forEach((name, i) => {
      delete (globalThis as any)[name];
      if (before[i]) Object.defineProperty(globalThis, name, before[i]!);
    });
  });

  const alone: Options = { share: false, transports: ["websocket"] };

  test("keeps its session when it is loaded again", async () => {
    const device = await connected(alone);
    happen("pagehide");
    device.close();
    assert.deepEqual(storage, { [`pushwire ${server.base}`]: "token1" });
    await connected(alone);
    assert.equal(used(), "token1");
    assert.deepEqual(storage, {}, "a tab that is duplicated now gets a session of its own");
  });

  test("that was kept for the back button goes on with its session, and leaves nothing to a duplicate", async () => {
    await connected(alone);
    happen("pagehide");
    happen("pageshow");
    await until("another connection", () => used() === "token1");
    assert.deepEqual(storage, {});
  });

  test("that is kept for the back button hands over nothing until it is back", async () => {
    const device = await connected({ ...alone, transports: ["sse"] });
    happen("pagehide");
    const sent = device.send("kept");
    const witness = await connected(alone);
    await witness.send("seen");
    assert.deepEqual(ran(), ["seen"]);
    happen("pageshow");
    await sent;
    assert.deepEqual(ran(), ["seen", "kept"]);
  });

  test("whose storage is refused begins anew each time", async () => {
    const refused = () => assert.fail("refused");
    const nothing = new Proxy({}, { get: refused, set: refused, deleteProperty: refused });
    Object.defineProperty(globalThis, "sessionStorage", { value: nothing, configurable: true });
    await connected(alone);
    happen("pagehide");
    happen("pageshow");
    await until("another connection", () => server.asked.length === 2);
  });

  /** So many tabs, the leader first. */
  async function tabs(count: number, options: Options = {}): Promise<Device[]> {
    const devices: Device[] = [];
    for (let i = 0; i < count; ++i) devices.push(await connected(options));
    const roles = () => devices.map((device) => device.status().role);
    await until("one leader", () => `${roles()}` === `${["leader", ...Array(count - 1).fill("follower")]}`);
    return devices;
  }

  for (const name of ["websocket", "poll"] as const) {
    test(`gives what it asks to the tab that leads (${name}), which gives back the replies`, async () => {
      const [leader, ...followers] = await tabs(3, { transports: [name] });
      server.handle = ({ data }) => {
        if (data === "bad") throw { code: "refused", message: "no" };
        server.emit("log", data);
        return data;
      };
      const lines = followers.map(record);
      const asked = [leader, ...followers].map((device, i) => device!.request("echo", i));
      assert.deepEqual(await Promise.all(asked), [0, 1, 2]);
      for (const device of followers) await device.send("note");
      await assert.rejects(followers[0]!.request("echo", "bad"), { code: "refused", message: "no" });
      assert.equal(ran().length, 6);
      assert.ok(lines.every((own) => own.length >= 3));
      const posts = server.asked.filter(({ transport }) => transport === "send");
      assert.ok(posts.every(({ headers }) => headers["pushwire-session"] === "token1"), "one session");
    });
  }

  test("is given a reply when its own cursor has passed what the handler emitted", async () => {
    const [, follower] = await tabs(2);
    const lines = record(follower!);
    server.handle = () => void server.emit("log", 1);
    await follower!.request("emit");
    assert.deepEqual(lines, ["log 1"]);
  });

  test("asks again when another tab leads, and nothing is run twice", async () => {
    const [leader, next, other] = await tabs(3);
    const { open, opened } = gate();
    server.handle = () => opened.then(() => "done");
    const asked = [next!.request("a"), other!.request("b")];
    await until("both run", () => ran().length === 2);
    leader!.close();
    const later = [next!.request("d"), other!.request("e")];
    open();
    assert.deepEqual(await Promise.all([...asked, ...later]), Array(4).fill("done"));
    assert.deepEqual(ran().sort(), ["a", "b", "d", "e"]);
    assert.ok(server.acks.every((id) => server.ran.some((frame) => frame.id === id)), "nothing else is acknowledged");
    const websockets = server.asked.filter(({ transport }) => transport === "websocket");
    assert.equal(websockets.at(-1)!.protocols[1], "pushwire.session.token1", "the session is the same");
  });

  test("that asks the same twice, since it does not know who has heard it, has it run once", async () => {
    const leader = await connected({ transports: ["sse"] });
    await until("it leads", () => leader.status().role === "leader");
    const other = new BroadcastChannel(`pushwire ${server.base} sse undefined`);
    const heard: any[] = [];
    other.onmessage = ({ data }: any) => data.to === "9 0.5" && heard.push(data.message);
    const say = (message: object) => other.postMessage({ from: "9 0.5", message: { at: Date.now(), ...message } });
    say({ ask: 7, frame: { request: "a" } });
    say({ ask: 7, frame: { request: "a" } });
    say({ ask: 8, frame: { request: "b" }, id: 1000 });
    await until("both answers", () => heard.filter(({ answer }) => answer).length === 2);
    other.close();
    assert.deepEqual(ran(), ["a", "b"]);
    assert.equal(server.ran[1]!.id, 1000, "as an earlier leader has numbered it");
    assert.deepEqual(heard[0], { of: 7, id: server.ran[0]!.id }, "told before it is handed over");
    assert.ok(heard.every((news) => "answer" in news || news.of === 7), "of the other one the number is known");
  });

  test("that stood still while it led does not run what it hears then: another one may have", async () => {
    const leader = await connected({ transports: ["sse"] });
    await until("it leads", () => leader.status().role === "leader");
    const other = new BroadcastChannel(`pushwire ${server.base} sse undefined`);
    const heard: any[] = [];
    other.onmessage = ({ data }: any) => data.to === "9 0.5" && heard.push(data.message);
    const say = (message: object) => other.postMessage({ from: "9 0.5", message });
    say({ ask: 7, frame: { send: "a" }, at: Date.now() - 10_000 });
    say({ ask: 8, frame: { send: "b" }, at: Date.now() });
    await until("an answer", () => heard.some(({ answer }) => answer));
    other.close();
    assert.deepEqual(ran(), ["b"]);
    assert.deepEqual(heard[0], { of: 7, by: undefined });
  });

  test("asks once more where the leader has heard it too late", async () => {
    const follower = connectTo(server.base, { ...quick, transports: ["sse"] });
    devices.push(follower);
    const leader = new BroadcastChannel(`pushwire ${server.base} sse undefined`);
    const asked: any[] = [];
    const say = (message: object, to?: string) => leader.postMessage({ from: "0", leads: true, message, to });
    leader.onmessage = ({ data: { from, message } }: any) => {
      if (!message?.ask) return say({});
      asked.push(message);
      say({ of: message.ask, ...(asked.length > 1 ? { answer: { data: 5 } } : { by: undefined }) }, from);
    };
    const reply = follower.request("a");
    await until("it follows", () => follower.status().role === "follower");
    const at = Date.now();
    assert.equal(await reply, 5);
    leader.close();
    assert.ok(Date.now() - at < 1500, "before this leader, which sends nothing else, is taken for one that stands still");
    assert.deepEqual(asked.map(({ ask, frame }) => [ask, frame]), Array(2).fill([1, { request: "a" }]));
  });

  test("that goes takes along what it has asked, and nothing is run twice", async () => {
    const [leader, follower] = await tabs(2);
    server.refuse = ({ transport }, response) => !/^(poll|send)$/.test(transport) && (response?.destroy(), server.cut(), true);
    server.cut();
    await until("the loss", () => leader!.status().state !== "connected");
    const asked = follower!.request("a");
    await until("it is with the leader", () => follower!.status().role === "follower");
    follower!.use("poll");
    await asked;
    server.refuse = undefined;
    await until("the leader again", () => leader!.status().state === "connected");
    await leader!.send("b");
    assert.deepEqual(ran(), ["a", "b"]);
  });

  test("that asks while nobody is connected is answered when somebody is", async () => {
    const [, follower] = await tabs(2);
    server.refuse = (_, response) => (response?.destroy(), server.cut(), true);
    server.cut();
    await until("the loss", () => follower!.status().state !== "connected");
    const asked = follower!.request("a");
    server.handle = () => 5;
    server.refuse = undefined;
    assert.equal(await asked, 5);
    assert.deepEqual(ran(), ["a"]);
  });
});
