// Transports that a test plays itself, and a clock that it turns.
import assert from "node:assert/strict";
import { mock } from "node:test";
import { makeDevice, type Device, type Options } from "../src/device.js";
import type { Item, Listener, Reading, Transport, TransportName } from "../src/transports/transport.js";
import { record } from "./waiting.js";

export interface Opened {
  at: number;
  name: TransportName;
  after?: string;
  session?: string;
  events?: readonly string[];
  fresh: readonly string[];
  heartbeatMs?: number;
  listener: Listener;
  said: any[];
  delivered: boolean;
  closed: boolean;
}

export class Played {
  opened: Opened[] = [];
  /** What happens to a conversation as soon as it begins. */
  script: (listener: Listener, name: TransportName) => void = () => {};

  as(name: TransportName): Transport {
    return {
      open: (reading: Reading, listener: Listener) => {
        const same = this.opened.filter((other) => other.name === name && !other.closed && !other.delivered);
        assert.deepEqual(same, [], `a second attempt by ${name} while one is under way`);
        const record: Opened = {
          at: Date.now(),
          name,
          after: reading.cursor(),
          session: reading.session(),
          events: reading.events(),
          fresh: reading.fresh(),
          heartbeatMs: reading.beatMs(),
          said: [],
          delivered: false,
          closed: false,
          listener: {
            ...listener,
            item(item, bytes) {
              record.delivered = true;
              listener.item(item, bytes);
            },
          },
        };
        this.opened.push(record);
        queueMicrotask(() => record.closed || this.script(record.listener, name));
        const close = () => void (record.closed = true);
        return name === "websocket" ? { close, say: (frame) => record.said.push(frame) > 0 } : { close };
      },
    };
  }

  get last(): Opened {
    return this.opened[this.opened.length - 1]!;
  }

  /** Those that are open, in the order of their beginning. */
  get open(): TransportName[] {
    return this.opened.filter(({ closed }) => !closed).map(({ name }) => name);
  }

  get names(): TransportName[] {
    return this.opened.map(({ name }) => name);
  }

  of(name: TransportName): Opened[] {
    return this.opened.filter((conversation) => conversation.name === name);
  }
}

export const hello = (more: object = {}): Item => ({
  control: "hello",
  protocol: 1,
  session: "token",
  session_state: "new",
  resume: "ok",
  cursor: "e-0",
  heartbeat_ms: 15_000,
  ...more,
});
export const log = (sequence: number, more: object = {}): Item => ({
  id: `e-${sequence}`,
  event: "log",
  data: sequence,
  ...more,
});
export const greet = (listener: Listener) => listener.item(hello());
export const refuse = (listener: Listener) => listener.ended("http-403");

export async function settle(): Promise<void> {
  for (let i = 0; i < 50; ++i) await Promise.resolve();
}

/** Turns the clock in small steps, letting everything that becomes due happen. */
export async function pass(ms: number, step = 50): Promise<void> {
  await settle();
  for (let passed = 0; passed < ms; passed += step) {
    mock.timers.tick(Math.min(step, ms - passed));
    await settle();
  }
}

export let wire: Played;
export let device: Device;

export function begin(script: Played["script"], options: Options = {}): string[] {
  wire.script = script;
  device = makeDevice(new URL("http://fake/pushwire/"), options, {
    websocket: wire.as("websocket"),
    sse: wire.as("sse"),
    "long-poll": wire.as("long-poll"),
    poll: wire.as("poll"),
  });
  return record(device);
}

export const causes = () => device.status().attempts.map(({ transport, cause }) => `${transport} ${cause}`);

/** A message that was posted, and how it is answered. */
export class Post {
  readonly frames: any[];
  readonly token: string;
  /** The client does not listen any more. */
  dropped = false;
  private body!: ReadableStreamDefaultController;
  constructor(
    { body, headers, signal }: RequestInit,
    private readonly settle: { resolve(response: Response): void; reject(error: Error): void },
  ) {
    assert.equal((headers as any)["Content-Type"], "application/json");
    this.frames = JSON.parse(body as string);
    this.token = (headers as any)["Pushwire-Session"];
    signal!.addEventListener("abort", () => this.fail((this.dropped = true)));
  }

  /** The frames have been taken. */
  head(status = 200, headers: Record<string, string> = {}): void {
    const stream = new ReadableStream({ start: (body) => void (this.body = body) });
    this.settle.resolve(new Response(stream, { status, headers }));
  }

  /** All of the answer's body: replies, or a text. */
  end(...replies: (object | string)[]): void {
    const text = typeof replies[0] === "string" ? replies[0] : JSON.stringify(replies);
    this.body.enqueue(new TextEncoder().encode(text));
    this.body.close();
  }

  /** Says that everything was taken. */
  take(): void {
    this.head();
    this.end(...this.frames.filter(({ id }) => id).map(({ id }) => ({ reply: id })));
  }

  /** Nobody answers, or the answer breaks off. */
  fail(_: unknown = 0): void {
    this.settle.reject(new Error("cut"));
    try {
      this.body.error(new Error("cut"));
    } catch {
      // it has not begun, or is over
    }
  }
}

export let posts: Post[];

/** For `beforeEach`; chance is always in the middle, and nobody answers a plain request. */
export function setUp(): void {
  posts = [];
  wire = new Played();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1e12 });
  mock.method(Math, "random", () => 0.5);
  mock.method(console, "error", () => {});
  mock.method(globalThis, "fetch", (url: URL, options: RequestInit) =>
    new Promise((resolve, reject) => {
      if (options.method !== "POST") return;
      assert.equal(url.href, "http://fake/pushwire/send");
      posts.push(new Post(options, { resolve, reject }));
    }),
  );
}

/** For `afterEach`. */
export function tearDown(): void {
  device.close();
  mock.timers.reset();
  mock.restoreAll();
}
