// What an application writes, judged by the compiler alone.
import {
  connect,
  RequestError,
  type AttemptReport,
  type Device,
  type HostEvent,
  type Lifecycle,
  type Options,
  type RequestOptions,
  type Resume,
  type Status,
  type TransportName,
} from "pushwire";
import "pushwire/client.global.js";

interface Events {
  temperature: number;
  "sensor.cellar": { celsius: number };
  image: Uint8Array;
  connected: string; // as the connection's own
}

const options: Options = {
  transports: ["websocket", "sse", "long-poll", "poll"],
  events: ["temperature", "sensor.*"],
  after: "earliest",
  at: true,
  share: false,
  pollIntervalMs: 500,
  helloTimeoutMs: 5000,
  headStartMs: 300,
  probeMs: [1000, 60_000],
  backoffMs: [100, 5000],
};

export const device: Device<Events> = connect<Events>("http://device.example/pushwire/", options);
connect(new URL("http://device.example/pushwire/"));
connect();

export const ends: (() => void)[] = [
  device.on("temperature", (celsius, event) => celsius.toFixed() + event.data.toFixed() + event.id + event.event),
  device.on("sensor.cellar", ({ celsius }) => celsius.toFixed()),
  device.on("image", (bytes) => bytes.length),
  device.on("event:connected", (cable) => cable.toUpperCase()),
  device.once("temperature", async (celsius) => celsius.toFixed()),
  device.onAny(({ id, event, data, key, removed, snapshot, at }) => {
    const texts: (string | undefined)[] = [id, event, key];
    const flags: (boolean | undefined)[] = [removed, snapshot];
    const time: number | undefined = at;
    return [data, texts, flags, time];
  }),

  device.on("connected", ({ transport, resume }) => {
    const name: TransportName = transport;
    const how: Resume = resume;
    return [name, how];
  }),
  device.on("switched", ({ from, to }) => from.length + to.length),
  device.on("gap", ({ types, from, to }) => types.map((type) => type + from + to)),
  device.on("reset", ({ cursor }) => cursor?.length),
  device.on("disconnected", ({ transport, cause, retryMs }) => cause + (transport ?? "") + (retryMs ?? 0).toFixed()),
  device.once("connected", (what: Lifecycle["connected"]) => what.resume),
];

function log(celsius: number, event: HostEvent<number>): void {
  console.log(celsius, event.key);
}
device.on("temperature", log);
device.off("temperature", log);
device.off("event:connected");
device.off("gap");

device.subscribe(["temperature"]);
device.subscribe();
device.use("poll");
device.use("auto");

export async function ask(signal: AbortSignal): Promise<string> {
  const how: RequestOptions = { timeout: 1000, signal };
  await device.send("reboot");
  await device.send("led", { on: true });
  try {
    const { version } = await device.request<{ version: string }>("version", undefined, how);
    return version;
  } catch (error) {
    if (error instanceof RequestError) return error.code + error.message;
    throw error;
  }
}

export function explain(): string {
  const { state, transport, cursor, role, roundTripMs, attempts }: Status = device.status();
  const states: Record<Status["state"], string> = { connecting: "…", connected: "on", waiting: "off", closed: "" };
  const roles: Record<Status["role"], number> = { alone: 0, leader: 1, follower: 2 };
  const last: AttemptReport | undefined = attempts[attempts.length - 1];
  const name: TransportName | undefined = transport;
  return [states[state], name, cursor, roles[role], roundTripMs?.toFixed(), last?.cause, last?.at.toFixed()].join();
}

const untyped = connect("http://device.example/pushwire/");
untyped.on("anything", (data) => data.whatever);
untyped.on("gap", ({ types }) => types.length);

// @ts-expect-error: no such event
device.on("temprature", () => {});
// @ts-expect-error: no such event
device.off("temprature");
// @ts-expect-error: a number has no length
device.on("temperature", (celsius) => celsius.length);
// @ts-expect-error: the connection's own event, not the host's
device.on("connected", (cable) => cable.toUpperCase());
// @ts-expect-error: an event of the connection is not a type of the host's
device.on("event:gap", () => {});
// @ts-expect-error: not a transport
device.use("pigeon");
// @ts-expect-error: not a transport
connect("http://device.example/", { transports: ["pigeon"] });
// @ts-expect-error: no such option
connect("http://device.example/", { polIntervalMs: 1 });
// @ts-expect-error: left out, not undefined
connect("http://device.example/", { pollIntervalMs: undefined });
// @ts-expect-error: two bounds
connect("http://device.example/", { backoffMs: [500] });
// @ts-expect-error: there may be none
device.status().attempts[0].cause;
// @ts-expect-error: there may be none
device.status().cursor.length;
